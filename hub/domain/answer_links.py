"""The link by which a controller without account answers one referral: how long, how many tries."""

from datetime import timedelta

LINK_LASTS = timedelta(days=40)
"""Past the month of GDPR 12(3); an older link sends a new one to the same mailbox on demand."""
LETTER_LASTS = timedelta(days=400)
"""A letter waits for its reader; its link ends with its case in any event."""
CODE_LASTS = timedelta(minutes=20)
CODE_DIGITS = 6
MOST_TRIES = 6
"""Wrong codes for one message; then a new one must be asked for."""
SEND_AGAIN_AFTER = timedelta(minutes=2)
MOST_CODES_A_DAY = 10
"""Six digits and six tries each: guessing right within a day stays under 1 in 16,000."""
VISIT_LASTS = timedelta(hours=2)
LETTER_CODE_LENGTH = 16
"""Of the 32 signs of a reference: 80 bits, since a letter's code stands alone for weeks."""
