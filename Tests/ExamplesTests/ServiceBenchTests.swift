import Foundation
import NPUSimulator
import NPUTestKit
import Testing

@Suite("image-bench and task-bench")
struct ServiceBenchTests {
  private static let images = ["--num-prompts", "4", "--size", "64x64", "--steps", "2"]
  private static let tasks = [
    "--num-prompts", "4", "--size", "64x64", "--steps", "2", "--poll-first", "0.02", "--poll-longest", "0.05",
  ]

  private func run(
    _ name: String, _ arguments: [String], _ behaviour: Behaviour = Behaviour()
  ) async throws -> Example.End {
    try await withSimulator(behaviour: behaviour) { simulator in
      try await Example.run(name, ["--base-url", simulator.baseURL] + arguments)
    }
  }

  @Test(
    "Without an address the simulator is measured, and the first line says so",
    arguments: ["image-bench", "task-bench"])
  func demonstration(name: String) async throws {
    let ending = try await Example.run(name, name == "image-bench" ? Self.images : Self.tasks)
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(ending.lines.first?.hasPrefix("Measuring the built-in simulator at http://127.0.0.1:") == true)
    #expect(ending.output.contains("Images per minute"))
  }

  @Test("Images are counted by wall clock, whatever ran at the same time")
  func imagesPerMinute() async throws {
    let behaviour = Behaviour().with { $0.images.stepLatency = .milliseconds(20) }
    let ending = try await run(
      "image-bench", Self.images + ["--num-images", "2", "--max-concurrency", "2", "--json"], behaviour)
    let json = try ending.json()
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(json["completed"]?.integer == 4)
    #expect(json["failed"]?.integer == 0)
    #expect(json["images"]?.integer == 8)
    let window = try #require(json["duration_s"]?.number)
    let rate = try #require(json["images_per_minute"]?.number)
    #expect(abs(rate - 8 * 60 / window) < 1e-6)
    // Two steps of 20 ms for each of two images.
    #expect(try #require(json["median_e2e_ms"]?.number) >= 80)
  }

  @Test("Batches are compared with single calls")
  func batchScaling() async throws {
    let behaviour = Behaviour().with {
      $0.images.stepLatency = .milliseconds(30)
      $0.images.batchShare = 0
    }
    let ending = try await run(
      "image-bench", ["--num-prompts", "1", "--size", "64x64", "--steps", "2", "--batch-scaling", "4", "--json"],
      behaviour)
    let json = try ending.json()
    #expect(json["batch_size"]?.integer == 4)
    let ratio = try #require(json["batch_scaling"]?.number)
    let (one, many) = (try #require(json["batch_single_ms"]?.number), try #require(json["batch_ms"]?.number))
    #expect(abs(ratio - many / (4 * one)) < 1e-9)
    #expect(one >= 60)
  }

  @Test("A service that ignores the number of images gives no batch scaling, and says so by its status too")
  func ignoredCount() async throws {
    let behaviour = Behaviour().with { $0.images.ignoresCount = true }
    let ending = try await run("image-bench", Self.images + ["--batch-scaling", "4", "--json"], behaviour)
    #expect(ending.status == 1)
    #expect(try ending.json()["batch_scaling"] == .null)
    #expect(try ending.json()["batch_size"]?.integer == 4)
    #expect(try ending.json()["completed"]?.integer == 4)
    #expect(ending.errors.contains("batch scaling was not measured"))
  }

  @Test("Control-C in the batch scaling keeps the report of the load, and gives 1")
  func interruptedInScaling() async throws {
    // Only the batches never end.
    let behaviour = Behaviour().with {
      $0.images.stepLatency = .milliseconds(1)
      $0.fault = Fault(.noResponse)
      $0.faultRate = 1
      $0.faultRequests = Array(2..<10)
    }
    try await withSimulator(behaviour: behaviour) { simulator in
      let bench = try Example(
        "image-bench",
        [
          "--base-url", simulator.baseURL, "--num-prompts", "2", "--size", "16x16", "--steps", "2", "--batch-scaling",
          "8",
          "--json",
        ])
      try await simulator.wait { $0.completed >= 2 && $0.active > 0 }
      bench.send(SIGINT)
      let run = try await bench.ending()
      let json = try run.json()
      #expect(run.status == 1, "\(run.errors)")
      #expect(!run.wasKilled)
      #expect(json["completed"]?.integer == 2)
      #expect(json["batch_scaling"] == .null)
      #expect(run.errors.contains("batch scaling was not measured: it was interrupted"), "\(run.errors)")
    }
  }

  @Test("Control-C in the load leaves out the batch scaling, and gives 1")
  func interruptedScaling() async throws {
    let behaviour = Behaviour().with {
      $0.images.stepLatency = .milliseconds(20)
      $0.images.batchShare = 0
    }
    try await withSimulator(behaviour: behaviour) { simulator in
      let bench = try Example(
        "image-bench",
        [
          "--base-url", simulator.baseURL, "--num-prompts", "100000", "--size", "16x16", "--steps", "2",
          "--batch-scaling", "8", "--json",
        ])
      try await simulator.wait { $0.completed >= 2 }
      bench.send(SIGINT)
      let run = try await bench.ending()
      let json = try run.json()
      #expect(run.status == 1, "\(run.errors)")
      #expect(!run.wasKilled)
      #expect(json["batch_scaling"] == .null)
      #expect((json["completed"]?.integer ?? 0) >= 1)
      #expect(run.errors.contains("Interrupted"))
    }
  }

  @Test("OpenAI's forms of response are measured alike", arguments: ["b64_json", "file", "url"])
  func openAI(format: String) async throws {
    let ending = try await run(
      "image-bench",
      Self.images + ["--protocol", "openai", "--num-images", "3", "--response-format", format, "--decode", "--json"])
    let json = try ending.json()
    #expect(json["images"]?.integer == 12, "\(ending.errors)")
  }

  @Test("Damaged images are failed requests, and the status tells")
  func damagedImages() async throws {
    let some = Behaviour(fault: Fault(.corruptBody)).with { $0.faultRequests = [0, 2] }
    let partly = try await run("image-bench", Self.images + ["--json", "--slo", "failure_rate<1%"], some)
    #expect(partly.status == 1)
    #expect(try partly.json()["failed"]?.integer == 2)
    let failures = try partly.json()["report"]?["requests"]?["failures"]
    #expect(failures?[0]?["kind"]?.string == "damaged_media")
    let wholly = try await run("image-bench", Self.images + ["--json"], Behaviour(fault: Fault(.htmlPage)))
    #expect(wholly.status == 2)
    #expect(try wholly.json()["completed"]?.integer == 0)
  }

  @Test("Wrong options and dead services end with status 2 and no output")
  func errors() async throws {
    for (name, arguments) in [
      ("image-bench", ["--size", "huge"]), ("image-bench", ["--batch-scaling", "1"]),
      ("task-bench", ["--endpoint", "/submit"]), ("task-bench", ["--poll-first", "0"]),
      ("task-bench", ["--batch-size", "0"]),
    ] {
      let ending = try await Example.run(name, arguments)
      #expect(ending.status == 2, "\(name) \(arguments)")
      #expect(ending.output.isEmpty)
      #expect(!ending.errors.isEmpty)
    }
  }

  @Test("The wait in the queue and the work are told apart, in the documented protocol")
  func taskTimes() async throws {
    let behaviour = Behaviour().with { $0.images.stepLatency = .milliseconds(500) }
    let ending = try await run("task-bench", Self.tasks + ["--max-concurrency", "4", "--json"], behaviour)
    let json = try ending.json()
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(json["completed"]?.integer == 4)
    // One worker, two steps of 500 ms each: the work is the service's own measure. How long the others wait for it
    // depends on when they came.
    #expect(json["mean_processing_ms"]?.number == 1000)
    #expect(try #require(json["mean_queue_wait_ms"]?.number) > 0)
    #expect(try #require(json["mean_time_to_finish_ms"]?.number) > 1000)
    #expect(json["total_images"]?.integer == 4)
  }

  @Test("The published server's protocol and batches are measured too")
  func taskProtocols() async throws {
    let code = Behaviour().with { $0.tasks.wireProtocol = .code }
    let ending = try await run("task-bench", Self.tasks + ["--batch-size", "2", "--json"], code)
    let json = try ending.json()
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(json["total_tasks"]?.integer == 8)
    #expect(json["total_images"]?.integer == 8)
  }

  @Test("Images that are not fetched have no rate, and bad batches are called batches")
  func withoutDownload() async throws {
    let ending = try await run("task-bench", Self.tasks + ["--no-download", "--json"])
    let json = try ending.json()
    #expect(json["images_per_minute"] == .null)
    #expect(try #require(json["tasks_per_minute"]?.number) > 0)
    let failing = Behaviour().with { $0.tasks.failed = [1] }
    let batches = try await run("task-bench", Self.tasks + ["--batch-size", "2"], failing)
    #expect(batches.output.contains("Batches with a failed task"))
    #expect(!batches.output.contains("Tasks failed"))
  }

  @Test("Failed, lost and stuck tasks are counted each by themselves")
  func taskOutcomes() async throws {
    let behaviour = Behaviour().with {
      $0.tasks.failed = [1]
      $0.tasks.stuck = [2]
      $0.tasks.workers = 4
      $0.tasks.restartAfter = 5
    }
    let ending = try await run(
      "task-bench",
      [
        "--num-prompts", "6", "--max-concurrency", "6", "--size", "64x64", "--steps", "2", "--poll-first", "4",
        "--poll-longest", "4", "--patience", "300", "--json",
      ], behaviour)
    let json = try ending.json()
    // The sixth submission restarts the service: the five before it are lost, whatever was to become of them, since
    // nobody looks at them before all have been submitted.
    #expect(json["task_lost"]?.integer == 5, "\(ending.output.prefix(600)) \(ending.errors)")
    #expect(json["completed"]?.integer == 1)
    let others = Behaviour().with {
      $0.tasks.failed = [1]
      $0.tasks.stuck = [2]
      $0.tasks.workers = 4
    }
    let second = try await run("task-bench", Self.tasks + ["--patience", "5", "--json"], others)
    let counts = try second.json()
    #expect(counts["task_failed"]?.integer == 1)
    #expect(counts["task_stuck"]?.integer == 1)
    #expect(counts["task_lost"]?.integer == 0)
    #expect(counts["completed"]?.integer == 2)
  }
}
