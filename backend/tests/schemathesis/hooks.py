"""What a generator of requests cannot know: who may ask, and the few values that only the backend or a person has.

People sign up through the API itself; the numbers they receive are read as an operator reads them, with the
program POSTERN_PROGRAM under the configuration file POSTERN_CONFIGURATION. Each group of operations has a person of its own, so that wrong passwords sent to one
operation do not hold up the others, and whoever cancels or signs out takes nobody along.

Every case that is valid by the description gets, three times in four, the values that let it go all the way: the version it changes, the
password, the number that was sent, the token of a key. The fourth stays as it was generated. Nothing that is generated
to be invalid is touched.

The name of each operation that went all the way once is written into the file POSTERN_SUCCEEDED, so that one that these hooks no
longer help to succeed is seen.
"""

import functools
import hashlib
import json
import itertools
import os
import random
import subprocess
import uuid
import zlib

import requests
import schemathesis

BASE = os.environ["POSTERN_BASE"]
PROGRAM = [os.environ["POSTERN_PROGRAM"], "--config", os.environ["POSTERN_CONFIGURATION"]]
PASSWORD = "seven harbor lamps"
# these go on when a session has less than this many seconds to change anything
UNLOCKED = 120

http = requests.Session()


def ask(method, path, body=None, token=None, form=False):
    """One request of the hooks' own."""
    headers = {"Idempotency-Key": str(made_up_id())}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    sent = {"data": body} if form else {"json": body}
    if body is None:
        sent = {}
    return http.request(method, BASE + path, headers=headers, timeout=30, **sent)


def done(response):
    """The answer of a request that has to succeed."""
    if not response.ok:
        raise RuntimeError(f"{response.request.method} {response.request.url}: {response.status_code} {response.text}")
    return response.json() if response.content else None


def operate(*words):
    """What one of the operator's commands prints."""
    return subprocess.run([*PROGRAM, *words], check=True, capture_output=True, text=True).stdout


@functools.cache
def service_credential():
    """The credential of a service, as an operator makes it."""
    return operate("service-credential", "add", "generated requests").strip()


def numbers_sent_to(*addresses):
    """The newest number that went to each address."""
    told = json.loads(operate("messages"))
    numbers = {}
    for message in told["messages"]:
        if "number" in message["content"]:
            numbers.setdefault(message["to"], message["content"]["number"]["number"])
    return [numbers[address] for address in addresses]


def key_secret(seed):
    """An authentication key as the desktop makes one: prefix, 43 base62 digits, the CRC-32 of both in 6."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

    def base62(value, length):
        text = ""
        for _ in range(length):
            value, digit = divmod(value, 62)
            text = digits[digit] + text
        return text

    signed = "pst_" + base62(int.from_bytes(seed, "big"), 43)
    return signed + base62(zlib.crc32(signed.encode()), 6)


# what the hooks make up is the same in each run: the seed is the one that the generator of requests gets
SEEDED = random.Random(int(os.environ["POSTERN_SEED"]))
PEOPLE = itertools.count()


def made_up_id():
    """A random (version 4) UUID out of the seed."""
    return uuid.UUID(int=SEEDED.getrandbits(128), version=4)


def fresh():
    """Addresses that no account has. Numbers of 010-5550-0000 to 010-5599-9999 are valid mobile phone numbers, all of them."""
    person = next(PEOPLE)
    return f"person{person}@harbor.example", f"+821055{person:06}"


class Person:
    """Somebody with an account, signed in and stepped up again as often as it takes."""

    def __init__(self):
        self.sign_up()

    def sign_up(self):
        self.email, self.phone = fresh()
        self.password, self.key, self.held = PASSWORD, None, None
        body = {"name": "Mina Park", "password": PASSWORD} | proven(self.email, self.phone)
        done(ask("POST", "/v1/accounts", body))

    def signed_in(self):
        """Where a sign-in stands."""
        return done(ask("POST", "/v1/sessions", {"email": self.email, "password": self.password, "place": "desk"}))

    def complete(self, state, token=None):
        """The token of a sign-in or step-up, its second factor answered where one is asked for."""
        if state["state"] == "second_factor":
            challenge = state["challenge"]
            to = self.phone if challenge["channel"] == "text_message" else self.email
            path = f"/v1/sessions/challenges/{challenge['id']}"
            state = done(ask("POST", path, {"number": numbers_sent_to(to)[0]}, token))
        return state["token"]

    def open(self):
        """A new session in which everything may be done."""
        token = self.complete(self.signed_in())
        state = done(ask("POST", "/v1/session/step-up", {"password": self.password}, token))
        return self.complete(state, token)

    def token(self):
        """The token of a session in which everything may be done."""
        if self.held:
            session = ask("GET", "/v1/session", token=self.held)
            if session.ok and session.json()["unlocked_for_seconds"] > UNLOCKED:
                return self.held
        try:
            self.held = self.open()
        except RuntimeError:
            # held up by the guesses that were generated, or gone: another person goes on
            self.sign_up()
            self.held = self.open()
        return self.held

    def key_token(self):
        """The secret of a key of this person's."""
        if self.key is None or not ask("GET", "/v1/whoami", token=self.key).ok:
            self.key = key_secret(SEEDED.randbytes(32))
            body = {
                "label": "Release robot",
                "sha256": hashlib.sha256(self.key.encode()).hexdigest(),
                "hint": self.key[-4:],
            }
            done(ask("PUT", f"/v1/account/keys/{made_up_id()}", body, self.token()))
        return self.key


def started(asker, channel, address):
    """The verification under which a number was sent."""
    wanted = {"purpose": {"for": "sign_up", "asker": asker}, "channel": channel, "address": address}
    return done(ask("POST", "/v1/verifications", wanted))["id"]


def proven(email, phone):
    """The part of a sign-up that says whose addresses they are."""
    asker = str(made_up_id())
    addresses = {"email": ("email", email), "mobile_phone": ("text_message", phone)}
    under = {field: started(asker, *to) for field, to in addresses.items()}
    numbers = dict(zip(addresses, numbers_sent_to(email, phone)))
    part = {"asker": asker}
    for field, (_, address) in addresses.items():
        body = {"number": numbers[field], "asker": asker}
        proof = done(ask("POST", f"/v1/verifications/{under[field]}/confirmation", body))["proof"]
        part[field] = {"address": address, "proof": proof}
    return part


people = {}
# operations that went all the way at least once
succeeded = set()
# operations whose caller should be nobody else's
OWN = {
    "StepUp": "guessed",
    "ChangePassword": "guessed",
    "ChangeSecurity": "settled",
    "CloseSession": "leaving",
    "CancelSubscription": "leaving",
    "EndSession": "elsewhere",
    "ListSessions": "elsewhere",
    "AddKey": "collecting",
    "DeleteKey": "collecting",
    "ListKeys": "collecting",
}


def person(operation_id):
    """Who asks this operation."""
    role = OWN.get(operation_id, "steady")
    if role not in people:
        people[role] = Person()
    return people[role]


def another(role):
    """A person whom no operation belongs to."""
    if role not in people:
        people[role] = Person()
    return people[role]


turns = {}


def turn(name):
    """Counts what is asked under a name."""
    turns[name] = turns.get(name, -1) + 1
    return turns[name]


def operation_id(case):
    return case.operation.definition.raw["operationId"]


@schemathesis.auth(refresh_interval=None)
class Bearer:
    """The token that the operation's security scheme asks for."""

    def get(self, case, context):
        schemes = [name for need in context.operation.definition.raw.get("security", []) for name in need]
        name = operation_id(case)
        if "service_credential" in schemes:
            return service_credential()
        if "authentication_key" in schemes and turn("key") % 2 == 0:
            return another("keyed").key_token()
        if "session" in schemes:
            # who signs up has no session
            if name in ("StartVerification", "ConfirmVerification") and turn("stranger") % 2 == 0:
                return None
            return person(name).token()
        return None

    def set(self, case, token, context):
        case.headers["Authorization"] = f"Bearer {token}"


def valid(case):
    return case.meta is None or case.meta.generation.mode.is_positive


@schemathesis.hook
def before_call(context, case, kwargs):
    name = operation_id(case)
    if not valid(case) or turn(name) % 4 == 3:
        return
    complete = COMPLETIONS.get(name)
    if complete is not None and (case.body is None or isinstance(case.body, (dict, schemathesis.core.NotSet))):
        complete(case)


def change_account(case):
    case.headers["If-Match"] = ask("GET", "/v1/account", token=person("ChangeAccount").held).headers["etag"]


def change_security(case):
    asked = ask("GET", "/v1/account/security", token=person("ChangeSecurity").held)
    case.headers["If-Match"] = asked.headers["etag"]


def change_password(case):
    case.body["current_password"] = person("ChangePassword").password


def step_up(case):
    case.body["password"] = person("StepUp").password


def open_session(case):
    who = another("visiting")
    case.body["email"], case.body["password"] = who.email, who.password


def confirm(case):
    address, asker = fresh()[0], str(made_up_id())
    case.path_parameters["id"] = started(asker, "email", address)
    case.body["asker"], case.body["number"] = asker, numbers_sent_to(address)[0]


def create_account(case):
    case.body["password"] = PASSWORD
    case.body |= proven(*fresh())


def doubled():
    """Somebody with a second factor, who was not sent too many numbers yet."""
    if turn("doubled") % 6 == 5:
        del people["doubled"]
    who = another("doubled")
    if not getattr(who, "second_factor", False):
        token = who.token()
        version = ask("GET", "/v1/account/security", token=token).headers["etag"]
        headers = {"Authorization": f"Bearer {token}", "If-Match": version}
        wanted = {"two_factor": True, "method": "email"}
        done(http.put(BASE + "/v1/account/security", json=wanted, headers=headers, timeout=30))
        who.second_factor = True
    return who


def answer_challenge(case):
    who = doubled()
    challenge = who.signed_in()["challenge"]
    case.path_parameters["id"], case.body["number"] = challenge["id"], numbers_sent_to(who.email)[0]
    case.headers.pop("Authorization", None)


def resend_challenge(case):
    case.path_parameters["id"] = doubled().signed_in()["challenge"]["id"]
    case.headers.pop("Authorization", None)


def introspect(case):
    case.body["token"] = another("keyed").key_token()


def end_session(case):
    case.path_parameters["id"] = person("EndSession").signed_in()["session"]["id"]


def delete_key(case):
    keys = done(ask("GET", "/v1/account/keys", token=person("DeleteKey").held))["keys"]
    if keys:
        case.path_parameters["id"] = keys[0]["id"]


COMPLETIONS = {
    "EndSession": end_session,
    "DeleteKey": delete_key,
    "ChangeAccount": change_account,
    "ChangeSecurity": change_security,
    "ChangePassword": change_password,
    "StepUp": step_up,
    "OpenSession": open_session,
    "ConfirmVerification": confirm,
    "CreateAccount": create_account,
    "AnswerChallenge": answer_challenge,
    "ResendChallenge": resend_challenge,
    "Introspect": introspect,
}


@schemathesis.hook
def after_call(context, case, response):
    """Keeps up with what an operation changed about the person who asked it."""
    name = operation_id(case)
    if 200 <= response.status_code < 300 and name not in succeeded:
        succeeded.add(name)
        with open(os.environ["POSTERN_SUCCEEDED"], "a") as file:
            print(name, file=file)
    if name == "ChangePassword" and response.status_code == 204:
        person(name).password = case.body["new_password"]
    if name == "StepUp" and response.status_code == 200 and "token" in response.json():
        person(name).held = response.json()["token"]
    if name == "CancelSubscription" and response.status_code == 204:
        people.pop(OWN[name])
