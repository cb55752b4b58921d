"""What becomes of accounts, mail and the site's own records when a person is erased."""

from quintet.ledger.erasers import Eraser, Records, Untouched

_CUT = "Stays, as a record of what was done; who is named in it is cut."

#: In this order: what hangs on an account goes before it.
ERASERS: tuple[Eraser, ...] = (
    Records(
        "site.Letter",
        "The person's mail is deleted; the letters of others stay.",
        own={"rep": "user__rep_id"},
        address="address",
        texts=("own", "last_error"),
    ),
    Records(
        "site.Subscription",
        "Deleted with the account's name.",
        own={"rep": "user__rep_id"},
        texts=("refused_address", "refused_reason"),
    ),
    Records(
        "site.ApiToken", "Deleted: nobody asks in the person's name.", own={"rep": "user__rep_id"},
        texts=("purpose",),
    ),
    Records("account.EmailAddress", "Deleted.", own={"rep": "user__rep_id"}, address="email"),
    Records("account.EmailConfirmation", "Deleted.", own={"rep": "email_address__user__rep_id"}),
    Records("mfa.Authenticator", "Deleted.", own={"rep": "user__rep_id"}),
    Records("site.Invitation", "Deleted.", own={"rep": "rep_id"}, address="email", texts=("name",)),
    Records(
        "site.Export",
        "Stays, so that what left the house is on record; the account has no name, the page no id.",
        texts=("page", "filename"),
    ),
    Records("auditlog.LogEntry", _CUT, texts=(
        "object_repr", "changes", "changes_text", "serialized_data", "additional_data", "actor_email",
    )),
    Records("admin.LogEntry", _CUT, texts=("object_repr", "change_message")),
    Records("site.CronRun", _CUT, texts=("outcome", "error")),
    Records("site.JobProgress", _CUT, texts=("message",)),
    Records(
        "django_tasks_database.DBTaskResult", _CUT,
        texts=("args_kwargs", "return_value", "exception_class_path", "traceback"),
    ),
    Untouched("site.User", "An account of the person loses name, address and rights and becomes a number."),
    Untouched("site.Edition", "A mail that names the person loses its pictures and the name."),
    Untouched("sessions.Session", "The person's sessions are ended with the account."),
    Untouched("site.Company", "The name of the company."),
    Untouched("site.FirstHour", "Instants, and the account that put the guide away."),
    Untouched("site.Heartbeat", "A number of a process."),
    Untouched("ledger.InboxRow", "Erased with the ledger: waiting rows of the person go."),
    Untouched("ledger.Move", "A number of a batch."),
    Untouched("files.Upload", "Erased with the import: an upload that holds the person is thrown away."),
    Untouched("auth.Permission", "The same in every installation."),
    Untouched("auth.Group", "The same in every installation."),
    Untouched("auth.Group_permissions", "The same in every installation."),
    Untouched("contenttypes.ContentType", "The same in every installation."),
)  # fmt: skip
