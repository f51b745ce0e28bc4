"""Uploads a clip, analyzes it, sends an alert and extends the link. Python 3.9 or newer, standard library only.

    VIGINT_URL=http://127.0.0.1:5002 VIGINT_KEY=... python3 vigint.py clip.mp4
"""

import json
import os
import pathlib
import sys
import urllib.error
import urllib.request
import uuid

BASE = os.environ.get("VIGINT_URL", "http://127.0.0.1:5002")
KEY = os.environ["VIGINT_KEY"]


def send(request):
    """Sends a request and returns the JSON of the answer. An answer of 207 is a success, too: the alert is stored and tried again."""
    request.add_header("Authorization", "Bearer " + KEY)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        problem = json.load(error)
        sys.exit(f"{error.code} {problem['error']}: {problem.get('detail', '')}")


def post(path, body):
    """Posts JSON."""
    headers = {"Content-Type": "application/json"}
    return send(urllib.request.Request(BASE + path, json.dumps(body).encode(), headers))


def upload(clip, metadata, hours):
    """Uploads a clip as multipart/form-data. It reads the whole clip into memory, which is fine for clips of some megabytes."""
    boundary = uuid.uuid4().hex
    fields = {"metadata": json.dumps(metadata), "expiration_hours": str(hours)}
    body = b""
    for name, value in fields.items():
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    body += f'--{boundary}\r\nContent-Disposition: form-data; name="video"; filename="clip.mp4"\r\n'.encode()
    body += b"Content-Type: video/mp4\r\n\r\n" + pathlib.Path(clip).read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    headers = {
        "Content-Type": "multipart/form-data; boundary=" + boundary,
        # The same key on a retry: the server stores the clip once and gives the same answer.
        "Idempotency-Key": metadata["video_id"],
    }
    return send(urllib.request.Request(BASE + "/api/v1/videos/upload", body, headers))


video_id = "python_" + uuid.uuid4().hex
stored = upload(sys.argv[1], {"video_id": video_id, "camera": "front door"}, hours=48)
print("link:", stored["private_link"])

verdict = post("/api/video/analyze", {"video_id": video_id})
# None when no model judged the clip, as with ANALYZER=motion.
print("incident:", verdict["incident_detected"])

alert = post(
    "/api/video/alert",
    {
        "analysis": verdict["analysis"],
        "risk_level": verdict["risk_level"] or "MEDIUM",
        "video_id": video_id,
        "source_id": "front_door",
        "source_name": "Front door",
    },
)
print("alert:", alert["status"])

extended = post("/api/v1/videos/link/extend", {"video_id": video_id, "additional_hours": 24})
print("works until:", extended["new_expiration"])
