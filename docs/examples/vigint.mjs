// Uploads a clip, analyzes it, sends an alert and extends the link. Node 18 or newer, no packages.
//
//   VIGINT_URL=http://127.0.0.1:5002 VIGINT_KEY=... node vigint.mjs clip.mp4

import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";

const base = process.env.VIGINT_URL ?? "http://127.0.0.1:5002";
const key = process.env.VIGINT_KEY;

// Returns the JSON of the answer. 207 is a success, too: the alert is stored and tried again.
async function send(path, body, headers = {}) {
  const answer = await fetch(base + path, { method: "POST", body, headers: { Authorization: `Bearer ${key}`, ...headers } });
  const json = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status} ${json.error}: ${json.detail ?? ""}`);
  return json;
}

const post = (path, body) => send(path, JSON.stringify(body), { "Content-Type": "application/json" });

async function upload(clip, metadata, hours) {
  const form = new FormData();
  form.append("metadata", JSON.stringify(metadata));
  form.append("expiration_hours", `${hours}`);
  form.append("video", new Blob([await readFile(clip)]), "clip.mp4");
  // The same key on a retry: the server stores the clip once and gives the same answer.
  return send("/api/v1/videos/upload", form, { "Idempotency-Key": metadata.video_id });
}

const videoId = `node_${randomUUID()}`;
const stored = await upload(process.argv[2], { video_id: videoId, camera: "front door" }, 48);
console.log("link:", stored.private_link);

const verdict = await post("/api/video/analyze", { video_id: videoId });
// null when no model judged the clip, as with ANALYZER=motion.
console.log("incident:", verdict.incident_detected);

const alert = await post("/api/video/alert", {
  analysis: verdict.analysis,
  risk_level: verdict.risk_level ?? "MEDIUM",
  video_id: videoId,
  source_id: "front_door",
  source_name: "Front door",
});
console.log("alert:", alert.status);

const extended = await post("/api/v1/videos/link/extend", { video_id: videoId, additional_hours: 24 });
console.log("works until:", extended.new_expiration);
