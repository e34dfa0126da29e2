"""What went wrong on the network, in a few plain words that name nobody."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from collections.abc import Callable, Iterator

import requests
import urllib3

CUT = "the answer was cut off"
NOT_HTTP = "the answer is not HTTP"
UNANSWERED = "the connection was closed without an answer"
RESET = "the connection was reset"
UNUSABLE = "the URL cannot be used"
NO_NAME = "the name cannot be found"
NO_WAY = "no connection: no way there"

_ERRNO = {
    errno.ECONNREFUSED: "no connection: refused",
    errno.ECONNRESET: RESET,
    errno.ECONNABORTED: RESET,
    errno.EPIPE: RESET,
    errno.ENOTCONN: RESET,
    errno.ENETUNREACH: NO_WAY,
    errno.EHOSTUNREACH: NO_WAY,
    errno.ENETDOWN: NO_WAY,
    errno.EHOSTDOWN: NO_WAY,
    errno.EADDRNOTAVAIL: NO_WAY,
    errno.EAFNOSUPPORT: NO_WAY,
    errno.EACCES: "no connection: not allowed on this machine",
    errno.EPERM: "no connection: not allowed on this machine",
    errno.EMFILE: "no connection: too many files are open",
    errno.ENFILE: "no connection: too many files are open on this machine",
    errno.ENOBUFS: "no connection: memory is short",
    errno.ENOMEM: "no connection: memory is short",
}
# OpenSSL's X509_V_ERR_… numbers.
_CERTIFICATE = {
    9: "the certificate is not valid yet",
    10: "the certificate has expired",
    18: "the certificate is self-signed",
    19: "the certificate is of an unknown authority",
    20: "the certificate is of an unknown authority",
    21: "the certificate is of an unknown authority",
    23: "the certificate was revoked",
    62: "the certificate does not fit the name",
    64: "the certificate does not fit the name",
}
_TLS = {
    "WRONG_VERSION_NUMBER": "no TLS is spoken there",
    "RECORD_LAYER_FAILURE": "no TLS is spoken there",
    "HTTP_REQUEST": "no TLS is spoken there",
    "UNKNOWN_PROTOCOL": "no TLS is spoken there",
    "UNSUPPORTED_PROTOCOL": "the TLS spoken there is too old",
    "TLSV1_ALERT_PROTOCOL_VERSION": "the TLS spoken there is too old",
}


class Told(OSError):
    """A fault that is ours to word; libraries carry it through, as they do any fault of the system."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def reason(fault: BaseException, timeout: float) -> str:
    """What `fault`, and what lies wrapped in it, means; `timeout` in seconds."""
    causes = list(_causes(fault))
    for kind, words in _KINDS:
        for cause in causes:
            if isinstance(cause, kind) and (
                said := words if isinstance(words, str) else words(cause, timeout)
            ):
                return said
    return f"an unforeseen fault ({type(fault).__name__})"


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """`fault` and all that is wrapped in it, each once, the outermost first."""
    waiting, seen = [fault], {id(fault)}
    while waiting:
        cause = waiting.pop(0)
        yield cause
        within = (*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__)
        for other in within:
            if isinstance(other, BaseException) and id(other) not in seen:
                seen.add(id(other))
                waiting.append(other)


def _told(fault: BaseException, _: float) -> str:
    return fault.words if isinstance(fault, Told) else ""


def _late(_: BaseException, timeout: float) -> str:
    return f"no answer within {timeout:g} s"


def _of_certificate(fault: BaseException, _: float) -> str:
    return _CERTIFICATE.get(getattr(fault, "verify_code", 0), "the certificate is not valid")


def _of_tls(fault: BaseException, _: float) -> str:
    return _TLS.get(getattr(fault, "reason", None) or "", "TLS failed")


def _of_system(fault: BaseException, _: float) -> str:
    # requests' exceptions are OSErrors too, without a number: what they wrap tells more.
    number = getattr(fault, "errno", None)
    return _ERRNO.get(number, "no connection") if number else ""


# The most telling first: a fault comes wrapped in others that tell less.
_Words = str | Callable[[BaseException, float], str]
_KINDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], _Words], ...] = (
    (Told, _told),
    (ssl.SSLCertVerificationError, _of_certificate),
    (TimeoutError, _late),
    (ssl.SSLEOFError, RESET),
    (ssl.SSLError, _of_tls),
    (socket.gaierror, NO_NAME),
    (http.client.IncompleteRead, CUT),
    (http.client.InvalidURL, UNUSABLE),
    (http.client.HTTPException, NOT_HTTP),
    ((requests.exceptions.InvalidURL, requests.exceptions.MissingSchema), UNUSABLE),
    ((requests.exceptions.InvalidSchema, urllib3.exceptions.LocationValueError), UNUSABLE),
    (OSError, _of_system),
    ((urllib3.exceptions.HTTPError, requests.exceptions.InvalidHeader, ValueError), NOT_HTTP),
    (OSError, "no connection"),
)
