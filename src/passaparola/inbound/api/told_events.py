"""POST /api/v1/events as the OpenAPI document describes it: the handler itself stands outside django-ninja."""

from typing import Any

from passaparola.domain.events.facts import LONGEST_TEXT, MOST_FACTS
from passaparola.domain.events.read import TYPES
from passaparola.domain.money import MAX_MINOR
from passaparola.domain.people.identity import KINDS

_TEXT = {"type": "string", "minLength": 1, "maxLength": 255}
_WORD = {"type": "string", "pattern": "^[a-z0-9_-]{1,32}$"}
_WHEN = {"type": "string", "format": "date-time", "examples": ["2026-05-01T09:30:00Z"]}
_PERSON: dict[str, Any] = {
    "description": "A customer id, one of our person ids (`per_…`), or an object with the identities that are known.",
    "oneOf": [
        _TEXT,
        {
            "type": "object",
            "properties": dict.fromkeys(KINDS, _TEXT),
            "additionalProperties": False,
            "minProperties": 1,
        },
    ],
}
_ONE = {"$ref": "#/components/schemas/Event"}
_MANY = {"type": "array", "minItems": 1, "maxItems": 1000, "items": _ONE}
_OUTCOME = {"$ref": "#/components/schemas/EventOutcome"}
_OUTCOMES = {
    "type": "object",
    "properties": {"events": {"type": "array", "items": {"$ref": "#/components/schemas/ListedEventOutcome"}}},
    "required": ["events"],
}

SCHEMAS: dict[str, Any] = {
    "Event": {
        "type": "object",
        "description": "One fact. Its `id` is yours; the same id with the same content is recorded once, however often it is sent.",
        "properties": {
            "id": {**_TEXT, "description": "Your own id of this event, unique within its source. `web-…` with a publishable key."},
            "type": {"enum": list(TYPES)},
            "at": {**_WHEN, "description": "When it happened; the time of arrival where it is missing. At most five minutes ahead."},
            "source": {
                "type": "string", "minLength": 1, "maxLength": 64, "default": "default",
                "description": "Which of your systems tells. `link`, `landing` and `browser` are ours.",
            },
            "person": {**_PERSON, "description": "Who did it. " + _PERSON["description"]},
            "email": {**_TEXT, "description": "Of the person; short for person.email."},
            "phone": _TEXT,
            "device": _TEXT,
            "to": {**_PERSON, "description": "share: the friend it was shared with."},
            "referred_by": {**_PERSON, "description": "The advocate, where your system knows them."},
            "code": {"type": "string", "maxLength": 64, "description": "The advocate's code or link slug that was given."},
            "visit": {
                **_TEXT,
                "description": "What brought the friend: the token `v_…` from a link's address, or the id of your own visit event.",
            },
            "item": {
                **_WORD,
                "description": "purchase: what was paid for: `order` (the same as none), `invoice`, `ride`, `stay`, or a word of your own.",
            },
            "stage": {
                **_WORD,
                "description": "stage: what was reached: `verified`, `approved`, `lead`, `meeting`, `contract`, `hired`, `cancelled` (the "
                "friend left), or a word of your own. May come with the deal: its number in `order`, its value in `amount_minor`.",
            },
            "facts": {
                "type": "object",
                "description": "What else is known, by names of your own or those that programs know: `plan`, `plan_price_minor`, "
                "`deal_minor`, `ltv_minor`, `tier`, `location`, `segment`, `sku`, `quantity`. Not about who somebody is: facts are kept.",
                "maxProperties": MOST_FACTS,
                "propertyNames": {"pattern": "^[a-z][a-z0-9_]{0,31}$"},
                "additionalProperties": {
                    "oneOf": [
                        {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT},
                        {"type": "integer", "minimum": -MAX_MINOR, "maximum": MAX_MINOR},
                        {"type": "boolean"},
                    ]
                },
                "examples": [{"plan": "pro", "plan_price_minor": 6500}],
            },
            "order": {**_TEXT, "description": "The order's number. One order counts once, whichever route tells of it."},
            "refund": {**_TEXT, "description": "refund: its own number, where an order has several."},
            "amount_minor": {
                "type": "integer", "minimum": 0, "maximum": MAX_MINOR,
                "description": "Paid for goods after discounts, without tax and shipping, in minor units. A refund without it is whole.",
            },
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["USD"]},
            "channel": {"type": "string", "maxLength": 64},
            "customer_since": {
                "type": "string", "description": "Since when the person is a customer: a date, or a date-time.", "examples": ["2025-12-31"],
            },
        },
        "required": ["id", "type"],
        "additionalProperties": False,
        "examples": [
            {
                "id": "order-1001-paid", "type": "purchase", "person": "ben-7", "code": "ADA4EVER", "order": "1001",
                "amount_minor": 4144, "currency": "USD",
            }
        ],
    },
    "EventOutcome": {
        "type": "object",
        "properties": {
            "id": {"type": ["string", "null"], "pattern": "^evt_[0-9a-f]{32}$"},
            "event": {"type": ["string", "null"], "description": "Your id of the event."},
            "outcome": {
                "enum": [
                    "recorded", "duplicate", "duplicate_order", "event_conflict", "order_conflict", "unknown_person", "invalid",
                    "not_recorded",
                ],
            },
        },
        "required": ["id", "event", "outcome"],
    },
    "ListedEventOutcome": {
        "allOf": [_OUTCOME, {"type": "object", "properties": {"problem": {"$ref": "#/components/schemas/ProblemDocument"}}}]
    },
}  # fmt: skip

POST_EVENTS: dict[str, Any] = {
    "operationId": "events_record",
    "summary": "Record events",
    "description": (
        "One event, or up to 1,000 as an array or as `{\"events\": […]}`, each with its own outcome: one that is wrong does not keep the "
        "others out. Answered when what was recorded is safe on disk, with its decisions, rewards and ledger entries.\n\n"
        "Scope: `events:write`. A publishable key may send visits, shares and sign-ups, at the server's time."
    ),
    "tags": ["Events"],
    "parameters": [],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "oneOf": [
                        _ONE,
                        _MANY,
                        {"type": "object", "properties": {"events": _MANY}, "required": ["events"], "additionalProperties": False},
                    ]
                }
            }
        },
    },
    "responses": {
        "200": {
            "description": "Known already (one event), or each outcome (a list without problems)",
            "content": {"application/json": {"schema": {"oneOf": [_OUTCOME, _OUTCOMES]}}},
        },
        "201": {"description": "Recorded", "content": {"application/json": {"schema": _OUTCOME}}},
        "207": {
            "description": "A list of which some were not recorded",
            "content": {"application/json": {"schema": _OUTCOMES}},
        },
    },
    "security": [{"ApiKey": []}],
}  # fmt: skip
