"""Every blueprint of the hub, in the order of its readers."""

from apiflask import APIFlask

from config import Settings
from hub.web import agenda, bulk_filing
from hub.web.api import routes as api_routes
from hub.web.controller import (
    acts,
    answers,
    applying,
    backlog,
    bulk,
    by_link,
    databases,
    endpoint,
    files_again,
    inbox,
    joining,
    keying,
    keying_opt_outs,
    knowing,
    mails,
    not_us,
    referral,
    second_reading,
    team,
    uploads,
    wrong_person,
)
from hub.web.dpo import (
    cases,
    complaints,
    control,
    controls,
    hub_file,
    incidents,
    objections,
    recipients,
)
from hub.web.operator import (
    answer_links,
    caught_mail,
    contact_points,
    held_mails,
    holidays,
    hub_tasks,
    named_outside,
    operations,
    organisations,
    points,
    postal_letters,
    retention,
    suspensions,
    ways,
)
from hub.web.public import (
    calculator,
    channel_trials,
    colleague_tasks,
    contact_addresses,
    demonstration,
    directory,
    filing,
    filing_acting,
    filing_identity,
    filing_sending,
    identification,
    in_my_name,
    lost_code,
    opt_out,
    pages,
    rights,
    security_contact,
    tracking,
    tracking_acts,
    tracking_answers,
    tracking_cnil,
    tracking_confirmation,
    tracking_follow_up,
    tracking_identity,
    tracking_incident,
    tracking_mandate,
    tracking_opt_out,
    tracking_papers,
    tracking_summary,
)


def init_app(app: APIFlask, settings: Settings) -> None:
    """Register the pages of the public, the controllers, the DPOs, the operators and the API."""
    app.register_blueprint(pages.bp)
    app.register_blueprint(rights.bp)
    app.register_blueprint(security_contact.bp)
    for module in (filing, filing_acting, filing_identity, filing_sending, identification, opt_out):
        app.register_blueprint(module.bp)
    for tracked in (
        tracking,
        tracking_answers,
        tracking_acts,
        tracking_cnil,
        tracking_confirmation,
        tracking_follow_up,
        tracking_identity,
        tracking_incident,
        tracking_opt_out,
        tracking_mandate,
        tracking_papers,
        tracking_summary,
    ):
        app.register_blueprint(tracked.bp)
    app.register_blueprint(in_my_name.bp)
    app.register_blueprint(lost_code.bp)
    app.register_blueprint(colleague_tasks.bp)
    app.register_blueprint(contact_addresses.bp)
    app.register_blueprint(channel_trials.bp)
    app.register_blueprint(calculator.bp)
    app.register_blueprint(directory.bp)
    app.register_blueprint(demonstration.bp)
    for module in (
        inbox,
        bulk,
        referral,
        acts,
        answers,
        uploads,
        second_reading,
        applying,
        not_us,
        by_link,
        knowing,
        wrong_person,
        files_again,
    ):
        app.register_blueprint(module.bp)
    app.register_blueprint(uploads.by_link_bp)
    app.register_blueprint(joining.bp)
    app.register_blueprint(keying.bp)
    app.register_blueprint(keying_opt_outs.bp)
    app.register_blueprint(backlog.bp)
    app.register_blueprint(databases.bp)
    app.register_blueprint(team.bp)
    app.register_blueprint(endpoint.bp)
    app.register_blueprint(control.bp)
    app.register_blueprint(cases.bp)
    app.register_blueprint(recipients.bp)
    app.register_blueprint(hub_file.bp)
    app.register_blueprint(objections.bp)
    app.register_blueprint(controls.bp)
    app.register_blueprint(complaints.bp)
    app.register_blueprint(incidents.bp)
    app.register_blueprint(agenda.bp)
    app.register_blueprint(bulk_filing.bp)
    app.register_blueprint(operations.bp)
    app.register_blueprint(suspensions.bp)
    app.register_blueprint(ways.bp)
    app.register_blueprint(organisations.bp)
    app.register_blueprint(holidays.bp)
    app.register_blueprint(hub_tasks.bp)
    app.register_blueprint(mails.bp)
    app.register_blueprint(held_mails.bp)
    app.register_blueprint(retention.bp)
    app.register_blueprint(points.bp)
    app.register_blueprint(named_outside.bp)
    app.register_blueprint(answer_links.bp)
    app.register_blueprint(postal_letters.bp)
    app.register_blueprint(contact_points.bp)
    caught_mail.init_app(app, settings)
    api_routes.init_app(app)
