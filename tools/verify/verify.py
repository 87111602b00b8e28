#!/usr/bin/env python3
"""Judges an exported log of Followthrough, independently of the code that wrote it.

    followthrough export > log.jsonl
    python3 verify.py log.jsonl [--at 2027-03-05T13:00:00Z] [--grace 300]      (or from stdin)

What it proves: in each stream no event was changed, removed, added or moved after a later event of that stream was hashed;
every step of a follow-up that came due was raised once and not early; no step is silent; no open episode is owed nothing.
What it does not prove: that the end of a stream, or a whole stream, is not missing (compare `events` and `streams` with what you
knew before); that nobody hashed the whole log anew; that a record is true; that the planned steps are the right ones; what is
sealed (it is never opened); that all facts fit docs/events.md (it checks those that it uses).

Python's standard library alone, 3.9 or later; local days need the time zones of the system (or the package tzdata).
stdout: one JSON object, shaped as that of `followthrough verify --json`. stderr: the first fifty things that are wrong.
Exit codes: 0 every follow-up was kept; 1 something is wrong; 2 wrong call; 3 there is no such log, or a line is no event.
"""
import argparse, bisect, hashlib, itertools, json, re, sys
from collections import Counter
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo
# --- Canonical JSON (RFC 8785) and the hash chain of a stream ---------------------------------------------------------------------
def canonical(value):
    """The one text of a JSON value: keys by UTF-16 code units, strings and numbers as ECMAScript writes them."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return json.dumps(value, ensure_ascii=False)
    # The shortest digits that name the double; with an exponent from 1e21 up and below 1e-6.
    return format(Decimal(repr(float(value))).normalize(), "f" if 1e-6 <= abs(value) < 1e21 else "e") if value else "0"

HASHED = ("actor", "actorRole", "body", "commandId", "fingerprint", "id", "occurredAt", "organisation", "pin", "prevHash",
          "recordedAt", "revision", "schemaVersion", "site", "streamId", "type")

def digest(first, text):
    return hashlib.sha256(first + text.encode()).hexdigest()

def holds(head, event):
    """Whether the event is the untouched successor of its stream's head: (revision, hash, recordedAt), None at its beginning."""
    try:
        revision, link, recorded = head or (-1, digest(b"followthrough/v1\0", event["streamId"]), "")
        return (event["revision"] == revision + 1 and event["prevHash"] == link and event["recordedAt"] >= recorded
                and event["hash"] == digest(b"\x01", canonical({key: event[key] for key in HASHED})))
    except (KeyError, UnicodeEncodeError, OverflowError):  # what has no canonical form was never hashed
        return False
# --- Instants, in milliseconds since 1970, and local days --------------------------------------------------------------------------
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MS = timedelta(milliseconds=1)
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d)?(?:\.(\d+))?(Z|[+-]\d\d:\d\d))?")

def instant(text):
    """Raises ValueError for what is no ISO 8601 instant with Z or an offset; a date alone is its midnight in UTC."""
    parts = INSTANT.fullmatch(text)
    if not parts:
        raise ValueError(text)
    day, minute, second, fraction, offset = (part or default for part, default in zip(parts.groups(), ("", "00:00", ":00", "", "Z")))
    whole = datetime.fromisoformat(f"{day}T{minute}{second}{offset.replace('Z', '+00:00')}")
    return (whole - EPOCH) // MS + int((fraction + "000")[:3])

def wall(ms, zone):
    return (EPOCH + ms * MS).astimezone(ZoneInfo(zone)).replace(tzinfo=None)

def from_wall(time, zone):
    """The instant at which a wall shows that time: the earlier of two; where the clock skips it, the moment of the skip."""
    before = (time.replace(tzinfo=ZoneInfo(zone), fold=0) - EPOCH) // MS
    if wall(before, zone) == time:
        return before
    low, high = (time.replace(tzinfo=ZoneInfo(zone), fold=1) - EPOCH) // MS, before
    while high - low > 1:  # the skip lies between: before it the wall shows less than `time`, from it on more
        middle = (low + high) // 2
        low, high = (middle, high) if wall(middle, zone) < time else (low, middle)
    return high

def plus_days(ms, days, zone):
    """The same local time so many days later, whatever the clocks did in between."""
    return from_wall(wall(ms, zone) + timedelta(days=days), zone)
# --- One follow-up: what was planned, and what of it was raised ----------------------------------------------------------------------
MOST_STEPS = 20_000  # raised at once: nine years of a step every four hours; more is out of all reason

class FollowUp:
    """Planned steps are (number, instant, whether an acknowledgement makes it needless); behind the last it repeats for ever."""
    __slots__ = ("id", "zone", "opened", "revision", "steps", "every", "unit", "last", "acknowledged")

    def __init__(self, facts, opened, revision):
        self.id, self.zone, self.opened, self.revision = facts["followUpId"], sys.intern(facts["zone"]), opened, revision
        self.steps = steps_of(facts["ladder"])
        self.every, self.unit = facts["repeat"]["every"], sys.intern(facts["repeat"]["unit"])
        self.last, self.acknowledged = facts.get("carriesOn", {}).get("lastStep", 0), False
        if not self.steps or self.unit not in ("days", "hours"):
            raise ValueError("nothing planned")

    def after(self, last):
        """The step that follows number `last`: (number, instant)."""
        for step, at, skippable in self.steps:
            if step > last and not (skippable and self.acknowledged):
                return step, at
        final, at, _ = self.steps[-1]
        step = max(last, final) + 1
        many = self.every * (step - final)
        later = at + many * 3_600_000 if self.unit == "hours" else plus_days(at, many, self.zone)
        return step, (EPOCH + later * MS - EPOCH) // MS  # raises OverflowError for what no calendar holds

    def between(self, last, step):
        """The planned steps behind number `last`, up to `step`; None when they are too many."""
        planned = [self.after(last)]
        while planned[-1][0] < step and len(planned) < MOST_STEPS:
            planned.append(self.after(planned[-1][0]))
        return planned if planned[-1][0] >= step else None

    def snooze(self, until, moved):
        """A step at `until` comes first; what was not raised yet comes behind it, where the event says or by whole days."""
        waiting = [step for step in self.steps if step[0] > self.last]
        if moved is None:
            first = waiting[0][1] if waiting else until + 1
            days = (wall(until, self.zone).date() - wall(first, self.zone).date()).days + 1 if first <= until else 0
            moved = [(self.last + 2 + i, plus_days(at, days, self.zone) if days else at, skippable)
                     for i, (_, at, skippable) in enumerate(waiting)]
        self.steps = [step for step in self.steps if step[0] <= self.last] + [(self.last + 1, until, False)] + moved

def steps_of(ladder):
    return [(step["step"], instant(step["at"]), step.get("unlessAcknowledged", False)) for step in ladder]
# --- One episode -----------------------------------------------------------------------------------------------------------------------
ENDS = ("FollowUpFulfilled", "FollowUpSuperseded")
NOTED = ("PatientDeathNoted", "PatientDeathNoteRetracted", "ActVoided")
KNOWN = ENDS + ("FollowUpOpened", "FollowUpRaised", "FollowUpSnoozed", "FollowUpAcknowledged", "FollowUpHandedOver")
UNUSABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError)  # ZoneInfo's own error is a KeyError

class Episode:  # one for each of a large log: slots, and {} for what is mostly empty, are small
    __slots__ = ("log", "stream", "open", "ended", "referred", "ends", "noted", "revision", "recorded", "was_without")
    def __init__(self, log, stream):
        self.log, self.stream = log, stream
        self.open, self.ended, self.referred, self.ends, self.noted = {}, {}, False, [], []
        self.revision, self.recorded, self.was_without = -1, "", False

    def take(self, event):
        kind, facts = event["type"], event["body"]["facts"]
        if event["recordedAt"] > self.recorded:  # one append has one time: between two, the episode stood as it was
            self.look()
        self.revision, self.recorded = event["revision"], event["recordedAt"]
        try:
            self.follow_up(kind, facts, instant(self.recorded)) if kind.startswith("FollowUp") else self.act(kind, facts)
        except UNUSABLE:
            self.wrong("unreadable")

    def act(self, kind, facts):
        self.referred |= kind == "PatientReferred"
        if kind in ("ReferralClosed", "EpisodeDischarged"):
            self.ends.append(self.revision)
        elif kind in NOTED:
            self.noted.append((NOTED.index(kind), self.revision, facts["revision" if kind == "ActVoided" else "patientRevision"]))

    def is_open(self):
        """Referred, and neither closed, discharged nor dead, by what stands: a void undoes an act, also another void."""
        deaths, retractions, voids = ([(revision, what) for which, revision, what in self.noted if which == one] for one in range(3))
        undone = set()
        for revision, what in reversed(voids):
            if revision not in undone:
                undone.add(what)
        died = any(revision not in undone and not any(what == note and later > revision and later not in undone
                                                      for later, what in retractions) for revision, note in deaths)
        return self.referred and not died and all(revision in undone for revision in self.ends)

    def look(self):
        if not self.was_without and not self.open and self.is_open():
            self.was_without = True
            self.wrong("episode-without-follow-up")

    def follow_up(self, kind, facts, recorded):
        if kind not in KNOWN:
            raise ValueError(kind)
        name = facts["followUpId"]
        one = self.open.get(name)
        if kind == "FollowUpOpened":
            fresh = FollowUp(facts, recorded, self.revision)
            if one or name in self.ended:
                self.wrong("opened-twice", name)
            self.open[name] = fresh
        elif not one:
            self.wrong("ended-twice" if kind in ENDS and name in self.ended else "not-open", name)
        elif kind in ENDS:
            del self.open[name]
            self.ended[name] = True
            self.log.ended_unraised += recorded - max(one.after(one.last)[1], one.opened) > self.log.grace
        elif kind == "FollowUpRaised":
            self.raised(one, facts["step"], instant(facts["at"]), facts.get("standsFor", []), recorded)
        elif kind == "FollowUpSnoozed":
            one.snooze(instant(facts["until"]), steps_of(facts["moved"]) if "moved" in facts else None)
        elif kind == "FollowUpAcknowledged":
            one.acknowledged = True
        if not self.open and not self.is_open():
            self.ended.clear()  # an episode that ended and is owed nothing may be forgotten

    def raised(self, one, step, at, others, recorded):
        last, one.last = one.last, max(one.last, step)
        if step <= last:
            return self.wrong("doubled", one.id, step)
        planned = one.between(last, step)
        if planned is None or planned[-1] != (step, at):
            self.wrong("unplanned", one.id, step)
        if planned is None or planned[-1][0] != step:
            return
        for number, due in planned:
            if number != step and number not in others:
                self.wrong("silent", one.id, number)  # passed over: nobody was ever told
                continue
            if recorded < due:
                self.wrong("early", one.id, number)
            self.log.lateness[max(0, recorded - max(due, one.opened))] += 1
        passed = {number for number, _ in planned[:-1]}
        for i, other in enumerate(others):
            if other <= last or other in others[:i]:
                self.wrong("doubled", one.id, other)
            elif other not in passed:
                self.wrong("unplanned", one.id, other)

    def finish(self, now):
        self.look()
        for one in self.open.values():
            self.revision = one.revision
            try:
                step, at = one.after(one.last)
                if now - max(at, one.opened) > self.log.grace:
                    self.wrong("silent", one.id, step)
            except UNUSABLE:
                self.wrong("unreadable", one.id)

    def wrong(self, kind, follow_up=None, step=None):
        self.log.wrong(kind, self.stream, self.revision, follow_up, step)
# --- The whole log ------------------------------------------------------------------------------------------------------------------------
class Log:
    def __init__(self, grace):
        self.grace, self.events, self.raises, self.ended_unraised = grace, 0, 0, 0
        self.heads, self.episodes, self.counts, self.lateness = {}, {}, Counter(), Counter()

    def wrong(self, kind, stream, revision, follow_up=None, step=None):
        self.counts[kind] += 1
        if sum(self.counts.values()) <= 50:
            where = "".join([f", {follow_up}" if follow_up else "", f" step {step}" if step else ""])
            print(f"{kind}: {stream} revision {revision}{where}", file=sys.stderr)

    def take(self, event):
        stream = event["streamId"]
        self.events += 1
        if not holds(self.heads.get(stream), event):
            self.wrong("chain-broken", stream, event["revision"])
        self.heads[stream] = (event["revision"], event["hash"], event["recordedAt"])
        if stream.startswith("episode-"):
            self.raises += event["type"] == "FollowUpRaised"
            episode = self.episodes.get(stream) or self.episodes.setdefault(stream, Episode(self, stream))
            episode.take(event)

    def verdict(self, now):
        for episode in self.episodes.values():
            episode.finish(now)
        counts, episodes = self.counts, self.episodes.values()
        return {
            "events": self.events, "streams": len(self.heads), "chain": "broken" if counts["chain-broken"] else "intact",
            "openFollowUps": sum(len(episode.open) for episode in episodes), "raises": self.raises,
            "early": counts["early"], "doubled": counts["doubled"], "silent": counts["silent"],
            "openEpisodesWithoutFollowUp": sum(episode.was_without for episode in episodes), "lateness": self.table()}

    def table(self):
        late, steps = sorted(self.lateness.items()), sum(self.lateness.values())  # (how late, how many)
        upto = list(itertools.accumulate(n for _, n in late))
        rank = lambda percent: late[bisect.bisect_left(upto, max(1, -(-steps * percent // 100)))][0] if late else None  # nearest rank
        return {"steps": steps, "medianMs": rank(50), "p95Ms": rank(95), "maxMs": rank(100),
                "within60s": sum(n for ms, n in late if ms <= 60_000) / steps if steps else None, "endedUnraised": self.ended_unraised}

def read(log, name):
    """Takes in every line. Raises OSError without a file, ValueError where a line is no event or there is none."""
    with sys.stdin.buffer if name == "-" else open(name, "rb") as lines:
        for line, text in enumerate(lines, 1):
            try:
                log.take(json.loads(text))
            except UNUSABLE as error:
                raise ValueError(f"line {line} is no event ({error!r})")
    if log.events == 0:
        raise ValueError("it is empty, and nothing read proves nothing")

def main():
    parser = argparse.ArgumentParser(description="Judge an exported log of Followthrough.", epilog="See the head of this file.")
    parser.add_argument("log", nargs="?", default="-", help="the file of JSON lines (default: stdin)")
    parser.add_argument("--at", type=instant, help="judge silence as of this instant (default: now)")
    parser.add_argument("--grace", type=int, default=300, help="how long a step may be due and not raised, in seconds")
    asked = parser.parse_args()
    now = (datetime.now(timezone.utc) - EPOCH) // MS if asked.at is None else asked.at
    log = Log(asked.grace * 1000)
    try:
        read(log, asked.log)
    except (OSError, ValueError) as error:
        print(f"verify: {asked.log} is no log: {error}", file=sys.stderr)
        sys.exit(3)
    print(json.dumps(log.verdict(now)))
    sys.exit(1 if log.counts else 0)

if __name__ == "__main__":
    main()
