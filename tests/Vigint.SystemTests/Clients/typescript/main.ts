// A program over types that openapi-typescript generates: stores a clip and lists what is stored.
import createClient from "openapi-fetch";
import type { paths } from "./api";

async function main(): Promise<void> {
  const client = createClient<paths>({ baseUrl: process.env.BASE, headers: { "X-API-Key": process.env.KEY } });

  const form = new FormData();
  form.append("video", new Blob([Buffer.from(process.env.CLIP!, "base64")], { type: "video/mp4" }), "clip.mp4");
  form.append("metadata", JSON.stringify({ video_id: process.env.VIDEO_ID }));
  const stored = await client.POST("/api/v1/videos/upload", { body: form as never, bodySerializer: () => form });
  if (stored.error) throw new Error(stored.error.error);
  console.log(`${stored.data.video_id} stored`);

  const listed = await client.GET("/api/v1/videos", { params: { query: { limit: 10 } } });
  if (listed.error) throw new Error(listed.error.error);
  for (const video of listed.data.videos) {
    const playback: "preparing" | "ready" | "original only" | "failed" = video.playback;
    console.log(`${video.video_id} ${playback}`);
  }
}

main();
