"""Sends each finished event of Frigate to Vigint, has it analyzed, and sends an alert when there is an incident.

Python 3.9 or newer, standard library only. Run it once a minute; it remembers in STATE what it has sent.

    FRIGATE_URL=http://127.0.0.1:5000 VIGINT_URL=https://vigint.example.org VIGINT_KEY=... STATE=frigate.state python3 frigate.py
"""

import json
import os
import pathlib
import time
import urllib.error
import urllib.request
import uuid

FRIGATE = os.environ.get("FRIGATE_URL", "http://127.0.0.1:5000")
VIGINT = os.environ["VIGINT_URL"]
KEY = os.environ["VIGINT_KEY"]
STATE = pathlib.Path(os.environ.get("STATE", "frigate.state"))


def vigint(path, body, content_type, idempotency_key=None):
    headers = {"X-API-Key": KEY, "Content-Type": content_type}
    if idempotency_key:
        headers["Idempotency-Key"] = idempotency_key
    with urllib.request.urlopen(urllib.request.Request(VIGINT + path, body, headers), timeout=300) as answer:
        return json.load(answer)


def post(path, body, idempotency_key=None):
    return vigint(path, json.dumps(body).encode(), "application/json", idempotency_key)


def upload(clip, metadata):
    boundary = uuid.uuid4().hex
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{json.dumps(metadata)}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="video"; filename="clip.mp4"\r\n\r\n'
    ).encode() + clip + f"\r\n--{boundary}--\r\n".encode()
    return vigint("/api/v1/videos/upload", body, "multipart/form-data; boundary=" + boundary)


def send(event):
    """Sends one event. Everything in it may be repeated: the server stores the clip and the alert once."""
    with urllib.request.urlopen(f"{FRIGATE}/api/events/{event['id']}/clip.mp4", timeout=300) as answer:
        clip = answer.read()
    video_id = "frigate_" + event["id"]
    upload(clip, {"video_id": video_id, "camera": event["camera"], "label": event["label"]})
    verdict = post("/api/video/analyze", {"video_id": video_id})
    print(event["id"], "incident:", verdict["has_security_incident"])
    if verdict["has_security_incident"]:
        alert = {
            "analysis": verdict["analysis"],
            "incident_type": verdict["incident_type"],
            "risk_level": verdict["risk_level"],
            "video_id": video_id,
            "source_id": event["camera"],
        }
        print(event["id"], "alert:", post("/api/video/alert", alert, video_id)["status"])


state = json.loads(STATE.read_text()) if STATE.exists() else {"after": time.time() - 3600, "sent": []}
with urllib.request.urlopen(f"{FRIGATE}/api/events?has_clip=1&limit=1000&after={state['after']}", timeout=60) as answer:
    events = json.load(answer)

waiting = []
for event in sorted(events, key=lambda one: one["start_time"]):
    if event["id"] in state["sent"]:
        continue
    # An event without an end is still being recorded.
    if event["end_time"] is None:
        waiting.append(event)
        continue
    try:
        send(event)
    except urllib.error.HTTPError as error:
        print(event["id"], "not sent:", error.code, error.read().decode())
        # What the server refuses as a clip it will refuse again; everything else is tried in the next run.
        if error.code not in (400, 413, 415, 422):
            waiting.append(event)
            continue
    except OSError as error:
        print(event["id"], "not sent:", error)
        waiting.append(event)
        continue
    state["sent"] = (state["sent"] + [event["id"]])[-1000:]
    STATE.write_text(json.dumps(state))

# The next run asks from the oldest event that waits; without one, for the last hour.
state["after"] = min([time.time() - 3600] + [event["start_time"] - 1 for event in waiting])
STATE.write_text(json.dumps(state))
