"""Wrong entries of a roster, to be added to ``samples.TEAM``.

``#! cause`` ends a line that must be told of, with that cause. ``# good`` marks a rotation that is right.
"""

from __future__ import annotations

FRONT = '[[rotations]]\nteam = "payments"\nrole = "front"\nmembers = ["asha", "budi"]\nstart = 2026-01-05\n'
COVER = '[[overrides]]\nteam = "payments"\nrole = "primary"\nperson = "budi"\n'
FEED = '[[calendars]]\nteam = "payments"\nrole = "front"\nname = "Feed"\n'
RINA = '[[people]]\nid = "rina"\n'


def front(line: str) -> str:
    """Return a rotation of its own role with a line more, or with another one for a key that it has."""
    key = line.partition(" ")[0]
    kept = [one for one in FRONT.splitlines() if not one.startswith(f"{key} ")]
    return "\n".join([*kept, line, ""])


def only(hours: str, cause: str) -> str:
    """Return a rotation with hours that are no hours."""
    return front(f"only = [{hours}]  #! only #1: {cause}")


ROTATIONS = {
    "unknown member": front(
        'members = ["asha", "bdi"]  #! members #2: no [[people]] has the id "bdi" — did you mean "budi"?'
    ),
    "unknown members": front(
        'members = ["x", "asha", "y"]  #! members #1: no [[people]] has the id "x" #! members #3: no [[people]] has the id "y"'
    ),
    "unknown team": front(
        'team = "paymets"  #! team: no [[teams]] has the id "paymets" — did you mean "payments"?'
    ),
    "role is a person": front('role = "dewi"  #! role: "dewi" is the id of a person too'),
    "role of two words": front('role = "front end"  #! role: must be one word'),
    "role is a number": front("role = 1  #! role: must be text in quotes"),
    "no role": FRONT.replace('role = "front"\n', "").replace(
        "[[rotations]]", '[[rotations]]  #! "role" is missing'
    ),
    "no members": FRONT.replace('members = ["asha", "budi"]\n', "").replace(
        "[[rotations]]", '[[rotations]]  #! "members" is missing'
    ),
    "no start": FRONT.replace("start = 2026-01-05\n", "").replace(
        "[[rotations]]", '[[rotations]]  #! "start" is missing'
    ),
    "empty members": front("members = []  #! members: must not be empty"),
    "only a member who is a number": front("members = [7]  #! members #1: must be text in quotes"),
    "a member who is a number": front('members = ["asha", 7]  #! members #2: must be text in quotes'),
    "one member without a list": front('members = "asha"  #! members: must be a list in [ ]'),
    "unknown key": front('memebrs = ["asha"]  #! unknown key "memebrs" — did you mean "members"?'),
    "start in quotes": front('start = "2026-01-05"  #! start: is a date without quotes, like 2026-01-05'),
    "start is a time": front("start = 2026-01-05T09:00:00  #! start: is a date without quotes"),
    "start is a number": front("start = 20260105  #! start: is a date without quotes"),
    "start in the year 1": front("start = 0001-01-01  #! start: is not within the years 1990 to 2199"),
    "start in the year 9999": front("start = 9999-12-31  #! start: is not within the years 1990 to 2199"),
    "until before start": FRONT.replace(
        "[[rotations]]", "[[rotations]]  #! until (2026-01-05) must be later than start"
    )
    + "until = 2026-01-05\n",
    "until in quotes": front('until = "forever"  #! until: is a date without quotes'),
    "over before it begins": FRONT.replace(
        "[[rotations]]", "[[rotations]]  #! never counts: its first handoff is on Sun 2026-01-11"
    )
    + 'handoff = "Sun 09:00"\nuntil = 2026-01-10\n',
    "hours that never come": FRONT.replace(
        "[[rotations]]", "[[rotations]]  #! never counts: none of its hours (only) lies between"
    )
    + 'only = ["Sat-Sun"]\nevery = "daily"\nuntil = 2026-01-09\n',
    "no length": front('every = "0h"  #! every: "0h" is not a length of a shift: must be longer than "0s"'),
    "a second": front('every = "1s"  #! every: "1s" is too short for a shift'),
    "a length without a unit": front("every = 12  #! every: 12 is not a length of a shift"),
    "a negative length": front('every = "-3 days"  #! every: "-3 days" is not a length of a shift'),
    "an unknown length": front('every = "fortnightly"  #! every: "fortnightly" is not a length of a shift'),
    "a huge length": front(
        'every = "999999999w"  #! every: "999999999w" is not a length of a shift: "999999999w" is longer than ten years'
    ),
    "no months": front('every = "0 months"  #! every: "0 months" is not between 1 month and 120 months'),
    "a million months": front('every = "999999 months"  #! every: "999999 months" is not between'),
    "handoff at 25:00": front(
        'handoff = "25:00"  #! handoff: "25:00" is not a handoff; write it like "Mon 09:00"'
    ),
    "handoff at 24:00": front('handoff = "Mon 24:00"  #! handoff: "Mon 24:00" is not a handoff'),
    "handoff on no day": front('handoff = "Moon 09:00"  #! handoff: "Moon 09:00" is not a handoff'),
    "handoff is a time": front("handoff = 09:00:00  #! handoff: 09:00:00 is not a handoff"),
    "handoff with a day for days": FRONT.replace(
        "[[rotations]]", '[[rotations]]  #! handoff names a day, but every is "1d"'
    )
    + 'every = "daily"\nhandoff = "Mon 09:00"\n',
    "handoff with a day for months": FRONT.replace(
        "[[rotations]]", '[[rotations]]  #! handoff names a day, but every is "1 months"'
    )
    + 'every = "monthly"\nhandoff = "Mon 09:00"\n',
    "no such zone": front(
        'timezone = "Asia/Jakata"  #! timezone: "Asia/Jakata" is not a time zone; write it like "Asia/Jakarta"'
    ),
    "a zone that is a path": front(
        'timezone = "../../etc/passwd"  #! timezone: "../../etc/passwd" is not a time zone'
    ),
    "a zone that is a number": front('timezone = 7  #! timezone: "7" is not a time zone'),
    "layer in words": front('layer = "upper"  #! layer: must be a whole number'),
    "half a layer": front("layer = 1.5  #! layer: must be a whole number"),
    "a huge layer": front("layer = 99999999999999999999  #! layer: must be"),
    "hours on no day": only(
        '"Mon-Fry 09:00-18:00"', '"Mon-Fry 09:00-18:00": "Fry" is no day of the week — did you mean "Fri"?'
    ),
    "hours until 25:00": only('"09:00-25:00"', '"09:00-25:00" has a time that no clock shows'),
    "half a span": only('"Mon 09:00"', '"Mon 09:00" are no hours of the week; write them like'),
    "hours in words": only('"when it suits"', '"when it suits": "when it suits" is no day of the week'),
    "hours that are a number": only("9", "9 are no hours of the week"),
    "hours that are empty": only('""', '"" are no hours of the week'),
    "three days in a row": only('"Mon-Wed-Fri"', '"Mon-Wed-Fri" are no hours of the week'),
    "hours without a list": front('only = "nights"  #! only: must be a list in [ ]'),
    "no hours at all": front("only = []  #! only: must not be empty"),
    "leave means what": front('on_leave = "skip"  #! on_leave: must be "next" or "gap"'),
    "holidays in words": front('not_on_holidays = "sometimes"  #! not_on_holidays: must be true or false'),
    "the same again": FRONT.replace("[[rotations]]", "[[rotations]]  # good")
    + FRONT.replace(
        'role = "front"',
        'role = "front"  #! role: "front of payments" is in [[rotations]] already, with the same layer',
    ),
    "the same hours in other words": FRONT.replace("[[rotations]]", "[[rotations]]  # good")
    + 'only = ["business hours"]\n'
    + FRONT.replace(
        'role = "front"', 'role = "front"  #! role: "front of payments" is in [[rotations]] already'
    )
    + 'only = ["Monday-Friday 9:00 - 18:00"]\n',
    "two that overlap by a day": FRONT.replace("[[rotations]]", "[[rotations]]  # good")
    + "until = 2026-03-03\n"
    + FRONT.replace('role = "front"', 'role = "front"  #! is in [[rotations]] already').replace(
        "2026-01-05", "2026-03-02"
    ),
}

OVERRIDES = {
    "nobody covers": COVER.replace(
        'person = "budi"', 'person = "bud"  #! person: no [[people]] has the id "bud" — did you mean "budi"?'
    )
    + "start = 2026-01-07T09:00:00\nend = 2026-01-08T09:00:00\n",
    "cover of an unknown role": COVER.replace(
        'role = "primary"',
        'role = "primry"  #! role: no rotation of payments fills "primry" — did you mean "primary"?',
    )
    + "start = 2026-01-07T09:00:00\nend = 2026-01-08T09:00:00\n",
    "cover in an unknown team": COVER.replace(
        'team = "payments"', 'team = "pay"  #! team: no [[teams]] has the id "pay"'
    )
    + "start = 2026-01-07T09:00:00\nend = 2026-01-08T09:00:00\n",
    "cover that ends first": COVER
    + "start = 2026-01-07T09:00:00\nend = 2026-01-07T09:00:00  #! end: end must be later than start\n",
    "cover that ends first elsewhere": COVER
    + "start = 2026-01-07T09:00:00+07:00\nend = 2026-01-07T10:00:00+09:00  #! end: end must be later than start\n",
    "mixed offsets": COVER
    + "start = 2026-01-07T09:00:00\nend = 2026-01-08T09:00:00Z  #! end: start and end must both have an offset, or neither\n",
    "cover without an end": COVER.replace("[[overrides]]", '[[overrides]]  #! "end" is missing')
    + "start = 2026-01-07T09:00:00\n",
    "cover of whole days": COVER
    + "start = 2026-01-07  #! start: is a time without quotes\nend = 2026-01-08  #! end: is a time without quotes\n",
    "cover until tomorrow": COVER
    + 'start = 2026-01-07T09:00:00\nend = "tomorrow"  #! end: is a time without quotes\n',
    "cover at the beginning of time": COVER
    + "start = 0001-01-01T00:00:00+07:00  #! start: is not within the years\nend = 2026-01-08T00:00:00+07:00\n",
    "cover with a reason in lines": COVER
    + 'start = 2026-01-07T09:00:00\nend = 2026-01-08T09:00:00\nreason = "a\\nb"  #! reason: must be one line\n',
    "cover with an unknown key": COVER
    + 'start = 2026-01-07T09:00:00\nend = 2026-01-08T09:00:00\nwhy = "ill"  #! unknown key "why"\n',
    "cover of a role in two zones": FRONT.replace("[[rotations]]", "[[rotations]]  # good")
    + FRONT.replace("[[rotations]]", "[[rotations]]  # good")
    + 'layer = 1\ntimezone = "Europe/Berlin"\n'
    + COVER.replace("primary", "front")
    + "start = 2026-01-07T09:00:00  #! start: the rotations of front go by UTC and Europe/Berlin; write start and end with an offset\n"
    "end = 2026-01-08T09:00:00\n",
    "cover of a role that is set aside": front("members = []  #! members: must not be empty")
    + COVER.replace("primary", "front")
    + "start = 2026-01-07T09:00:00  #! start: means the wall time of the rotation of front, which is set aside; write an offset\n"
    "end = 2026-01-08T09:00:00\n",
}


def leave(spans: str) -> str:
    """Return somebody with leave."""
    return f"{RINA}leave = {spans}\n"


LEAVE = {
    "leave that ends first": leave(
        "[{ from = 2026-02-08, to = 2026-02-01 }]  #! leave #1.to: must not be before from"
    ),
    "leave of no time": leave(
        "[{ from = 2026-02-01T09:00:00, to = 2026-02-01T09:00:00 }]  #! leave #1.to: must be later than from"
    ),
    "leave with mixed offsets": leave(
        "[{ from = 2026-02-01T09:00:00, to = 2026-02-02T09:00:00Z }]  #! leave #1.to: from and to must both have an offset"
    ),
    "leave without an end": leave('[{ from = 2026-02-01 }]  #! leave #1: "to" is missing'),
    "leave in quotes": leave(
        '[{ from = "2026-02-01", to = 2026-02-08 }]  #! leave #1.from: is a date or a time without quotes'
    ),
    "leave with other words": leave(
        '[{ start = 2026-02-01, to = 2026-02-08 }]  #! leave #1: unknown key "start" #! leave #1: "from" is missing'
    ),
    "leave in the far future": leave(
        "[{ from = 2026-02-01, to = 9999-12-31 }]  #! leave #1.to: is not within the years"
    ),
    "leave without a list": leave("{ from = 2026-02-01, to = 2026-02-08 }  #! leave: must be a list in [ ]"),
    "leave in words": leave('["next week"]  #! leave #1: must be a table'),
}

CALENDARS = {
    "calendar from nowhere": FEED.replace(
        "[[calendars]]", "[[calendars]]  #! needs one of file, url or source, and has none"
    ),
    "calendar with two origins": FEED.replace(
        "[[calendars]]", "[[calendars]]  #! needs one of file, url or source, and has file and url"
    )
    + 'file = "a.ics"\nurl = "https://cal.example/a.ics"\n',
    "source without a schedule": FEED.replace(
        "[[calendars]]", "[[calendars]]  #! source and schedule belong together"
    )
    + 'source = "prod"\n',
    "unknown source": FEED
    + 'source = "prd"  #! source: no [[sources]] has the name "prd" — did you mean "prod"?\nschedule = "P1"\n',
    "no calendar file": FEED
    + 'file = "roster.xls"  #! file: must be the name of an iCalendar or CSV file that ends in .ics, .ical, .csv\n',
    "a file of an unknown person": FEED
    + 'file = "~nobody-here/a.ics"  #! file: is in the home of somebody whom this machine does not know\n',
    "no address": FEED + 'url = "cal.example/a.ics"  #! url: is not an http, https or webcal address\n',
    "an address with a password": FEED
    + 'url = "https://asha:hush@cal.example"  #! url: is not an http, https or webcal address\n',
    "a token for a file": FEED.replace("[[calendars]]", "[[calendars]]  #! token and headers are for a url")
    + 'file = "a.ics"\ntoken = { env = "T" }\n',
    "a token that is none": FEED
    + 'url = "https://cal.example"\ntoken = ["hush"]  #! token: is a secret; write { env\n',
    "names of nobody": FEED
    + 'file = "a.ics"\nnames = { "Jane Doe" = "jane" }  #! no [[people]] has the id "jane"\n',
    "calendar role is a person": FEED.replace(
        'role = "front"', 'role = "dewi"  #! role: "dewi" is the id of a person too'
    )
    + 'file = "a.csv"\n',
    "calendar of an unknown team": FEED.replace('"payments"', '"pay"  #! team: no [[teams]] has the id "pay"')
    + 'file = "a.csv"\n',
    "read all the time": FEED + 'file = "a.ics"\nevery = "1s"  #! every: must be at least "1m"\n',
    "calendar in no zone": FEED
    + 'file = "a.ics"\ntimezone = "Mars"  #! timezone: "Mars" is not a time zone\n',
    "calendar without a name": FEED.replace('name = "Feed"\n', "").replace(
        "[[calendars]]", '[[calendars]]  #! "name" is missing'
    )
    + 'file = "a.ics"\n',
}

HOLIDAYS = {
    "holiday in quotes": '[holidays]\ndays = [{ date = "2026-12-25", name = "Christmas" }]  #! days #1.date: is a date without quotes\n',
    "holiday without a name": '[holidays]\ndays = [{ date = 2026-12-25 }]  #! days #1: "name" is missing\n',
    "holidays in a table": '[holidays]\nfile = "days.csv"  #! file: must be the name of an iCalendar file\n',
    "holidays with an unknown key": '[holidays]\nday = []  #! unknown key "day" — did you mean "days"?\n',
    "holidays as a list": '[[holidays]]  #! is one table; write [holidays]\nname = "x"\n',
}

MISTAKES = ROTATIONS | OVERRIDES | LEAVE | CALENDARS | HOLIDAYS
