"""Calls to a provider of identity: bounded in time and in size, never redirected."""

import time
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey, RSAKey
from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from hub.port_errors import IdentityRefusal, IdentityRefused, ProviderUnavailable

CONNECT_S = 3
READ_S = 6
WHOLE_S = 10
MOST_BYTES = 64 * 1024
PIECE_BYTES = 8 * 1024
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class BoundedAdapter(HTTPAdapter):
    """Reads an answer whole within its bounds: neither a large nor a slow one holds a thread."""

    def send(self, request: PreparedRequest, *_: Any, **options: Any) -> Response:
        """Send, and read at most MOST_BYTES within WHOLE_S seconds."""
        ends_at = time.monotonic() + WHOLE_S
        options |= {"timeout": (CONNECT_S, READ_S), "stream": True}
        response = super().send(request, **options)
        try:
            content = _read_within(response, ends_at)
        except HTTPError as failure:
            raise ProviderUnavailable(check="answer_cut") from failure
        finally:
            response.close()
        response.raw = BytesIO(content)
        return response


def _read_within(response: Response, ends_at: float) -> bytes:
    content = bytearray()
    while piece := response.raw.read1(PIECE_BYTES, decode_content=True):
        content += piece
        if len(content) > MOST_BYTES or time.monotonic() > ends_at:
            raise ProviderUnavailable(check="answer_too_long")
    return bytes(content)


def get_json(address: str) -> dict[str, Any]:
    """A public document of a provider; raises ProviderUnavailable."""
    with Session() as session:
        return _json_object(_get(_bounded(session, address), address))


def get_signed(address: str, access_token: str) -> str:
    """The signed answer of the userinfo endpoint; raises IdentityRefused if it is not signed."""
    with Session() as session:
        held = {"Authorization": f"Bearer {access_token}", "Accept": "application/jwt"}
        response = _get(_bounded(session, address), address, held)
    if response.headers.get("Content-Type", "").partition(";")[0].strip() != "application/jwt":
        raise IdentityRefused(reason=IdentityRefusal.NOT_TRUSTED, check="userinfo_unsigned")
    return response.text.strip()


def exchange(
    address: str, client: tuple[str, str | RSAKey | ECKey], **told: str
) -> tuple[str, str]:
    """Exchange a code for (access token, ID token) at the token endpoint.

    Raises IdentityRefused when the code is spent or unknown, ProviderUnavailable otherwise.
    """
    client_id, secret = client
    by_key = not isinstance(secret, str)
    method = "private_key_jwt" if by_key else "client_secret_post"
    session = OAuth2Session(client_id, secret, token_endpoint_auth_method=method)
    if by_key:
        alg = "ES256" if isinstance(secret, ECKey) else "RS256"
        session.register_client_auth_method(PrivateKeyJWT(address, alg=alg))
    try:
        with _bounded(session, address):
            given = session.fetch_token(address, allow_redirects=False, **told)
    except OAuthError as refusal:
        if refusal.error == "invalid_grant":
            expired = IdentityRefusal.EXPIRED
            raise IdentityRefused(reason=expired, check="code") from refusal
        raise ProviderUnavailable(check="token_endpoint") from refusal
    except (RequestException, OSError, ValueError) as failure:
        raise ProviderUnavailable(check="token_endpoint") from failure
    tokens = (given.get("access_token"), given.get("id_token"))
    if not all(isinstance(one, str) and one for one in tokens):
        raise IdentityRefused(reason=IdentityRefusal.NOT_TRUSTED, check="tokens_missing")
    return tokens


def is_loopback(address: str) -> bool:
    """Whether an address is this very machine."""
    return urlsplit(address).hostname in LOOPBACK


def _bounded(session: Any, address: str) -> Any:
    session.mount("https://", BoundedAdapter())
    session.mount("http://", BoundedAdapter())
    # A proxy of the environment leads outside: this machine is not reached through it.
    session.trust_env = not is_loopback(address)
    return session


def _get(session: Session, address: str, headers: dict[str, str] | None = None) -> Response:
    try:
        response = session.get(address, headers=headers, allow_redirects=False)
    except (RequestException, OSError) as failure:
        raise ProviderUnavailable(check="no_answer") from failure
    if response.status_code != 200:
        raise ProviderUnavailable(check=f"status_{response.status_code}")
    return response


def _json_object(response: Response) -> dict[str, Any]:
    try:
        said = response.json()
    except ValueError as failure:
        raise ProviderUnavailable(check="not_json") from failure
    if not isinstance(said, dict):
        raise ProviderUnavailable(check="not_json")
    return said
