"""An address within the six lines of 38 signs of an envelope (NF Z 10-011)."""

from hub.domain.postal_addresses import address_lines

TOWN = "35000 Rennes"


def test_a_name_takes_two_lines_of_38_signs_at_most_and_says_that_it_was_cut():
    name = "a" * 38
    assert address_lines(name, TOWN) == (name, TOWN)
    assert address_lines(f"{name} {name}", TOWN) == (name, name, TOWN)
    cut = address_lines(f"{name} bbb ccc {name}", TOWN)
    assert cut == (name, "bbb ccc …", TOWN)


def test_a_line_that_is_too_long_goes_on_below():
    street = "12 rue de la Convention nationale porte B"
    assert address_lines("CHU", f"{street}\n{TOWN}") == (
        "CHU",
        "12 rue de la Convention nationale",
        "porte B",
        TOWN,
    )


def test_an_address_of_five_lines_is_kept_whole_and_of_more_its_last_line_is_kept():
    five = ("1", "2", "3", "4", TOWN)
    assert address_lines("CHU", "\n".join(five)) == ("CHU", *five)
    assert address_lines("CHU", "\n".join(("0", *five))) == ("CHU", "0", "1", "2", "3", TOWN)


def test_an_address_in_one_line_is_cut_at_its_commas_and_one_in_several_is_not():
    assert address_lines("CHU", f" 2 rue A , , {TOWN},") == ("CHU", "2 rue A", TOWN)
    assert address_lines("CHU", f"2, rue A\n\n{TOWN}") == ("CHU", "2, rue A", TOWN)


def test_the_name_is_not_said_twice_and_stands_alone_where_no_address_is_known():
    assert address_lines(" Chu de Rennes ", f"CHU de Rennes\n{TOWN}") == ("Chu de Rennes", TOWN)
    assert address_lines("Chu  de\nRennes", "") == ("Chu de Rennes",)
