"""A mail server on loopback (aiosmtpd) that tells of each message what a mail program would make of it, a JSON object a line.

The first line says its port. Ends when its input does.
"""

import email
import json
import socket
import sys
from email import policy

from aiosmtpd.controller import Controller


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        raw = envelope.original_content
        message = email.message_from_bytes(raw, policy=policy.default)
        tell(
            envelope_from=envelope.mail_from,
            envelope_to=envelope.rcpt_tos,
            headers={name: str(value) for name, value in message.items()},
            content_type=message.get_content_type(),
            charset=message.get_content_charset(),
            # What a header or a line of text may not hold (RFC 5322 §2.2, §2.1.1).
            header_is_ascii=raw.split(b"\r\n\r\n", 1)[0].isascii(),
            longest_line=max(map(len, raw.split(b"\r\n"))),
            defects=[type(defect).__name__ for part in message.walk() for defect in part.defects]
            + [type(defect).__name__ for value in message.values() for defect in getattr(value, "defects", ())],
            text=message.get_content(),
        )
        return "250 taken"


def tell(**what):
    print(json.dumps(what), flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started():
    """Once more where somebody else took the port meanwhile."""
    for tries in range(5):
        controller = Controller(Mailbox(), hostname="127.0.0.1", port=free_port(), ready_timeout=120)
        try:
            controller.start()
            return controller
        except OSError:
            if tries == 4:
                raise


controller = started()
tell(port=controller.port)
sys.stdin.read()
controller.stop()
