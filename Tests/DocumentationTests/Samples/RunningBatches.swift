// Made by Scripts/samples.sh from Documentation/NPUTestKit.docc/RunningBatches.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUTestKit

func sampleRunningBatches1() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/RunningBatches.md", line: 17)
let service = try Service("http://127.0.0.1:8000")
let batch = Batch(
  LinesInput("requests.jsonl"), ServiceWork(.chat, of: service), to: .folder("results"),
  plan: BatchPlan(concurrency: 16, resumes: true))
let report = try await batch.run { outcome, done in print(done, outcome.id, outcome.status) }
print(report.completed, report.failed, report.latency["p99"] ?? 0)
#sourceLocation()
}

func sampleRunningBatches2() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/RunningBatches.md", line: 100)
let store = try ObjectStore(
  ObjectStoreConfiguration(
    "https://obs.cn-north-4.myhuaweicloud.com", region: "cn-north-4",
    accessKey: Secret.environment("HUAWEICLOUD_SDK_AK") ?? "", secretKey: Secret.environment("HUAWEICLOUD_SDK_SK") ?? ""))
for object in try await store.objects(at: ObjectAddress("s3://bucket/in/")) { print(object.key, object.size) }
try await store.download(ObjectAddress("s3://bucket/in/1.wav"), to: "1.wav")
try await store.upload("1.txt", to: ObjectAddress("s3://bucket/out/1.txt"), resumes: true)
#sourceLocation()
}
