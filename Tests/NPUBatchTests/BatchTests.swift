import Foundation
import NPUBase
import NPUBatch
import NPUServices
import NPUTransport
import Synchronization
import TestSupport
import Testing

@Suite("A batch")
struct BatchTests {
  @Test("asks once for every item, however many are under way", arguments: [1, 2, 5, 100])
  func everyItem(concurrency: Int) async throws {
    try await TemporaryFolder.with { folder in
      let batch = try SmallBatch(in: folder, items: 20)
      let work = FakeWork()
      let report = try await batch.run(work, BatchPlan(concurrency: concurrency))
      #expect(report.isGood && report.completed == 20 && report.left == 0 && report.sessions == 1)
      #expect(work.names.sorted() == batch.ids.sorted())
      let outcomes = try batch.outcomes()
      #expect(Set(outcomes.map(\.id)) == Set(batch.ids) && outcomes.count == 20)
      #expect(outcomes.allSatisfy { $0.response?["said"] == .string($0.id) && $0.latency == 5 && $0.httpStatus == 200 })
      #expect(report.latency["p50"] == 5)
      let summary = try JSONValue(reading: batch.bytes("summary.json"))
      #expect(summary["completed"] == 20 && summary["end"] == "complete")
    }
  }

  @Test("never has more items under way than it may")
  func bound() async throws {
    try await TemporaryFolder.with { folder in
      let batch = try SmallBatch(in: folder, items: 30)
      let counts = Mutex((now: 0, most: 0))
      let work = FakeWork { id, _ in
        counts.withLock { counts in
          counts.now += 1
          counts.most = max(counts.most, counts.now)
        }
        for _ in 0..<20 { await Task.yield() }
        counts.withLock { $0.now -= 1 }
        return BatchAnswer(document: .string(id))
      }
      _ = try await batch.run(work, BatchPlan(concurrency: 3))
      #expect(counts.withLock { $0.most } <= 3)
    }
  }

  @Test("that was killed somewhere in its outcomes goes on: nothing is lost, and nothing done twice")
  func killedInOutcomes() async throws {
    try await TemporaryFolder.with { folder in
      let batch = try SmallBatch(in: folder)
      _ = try await batch.run(FakeWork())
      let (outcomes, journal) = (try batch.bytes("outcomes.jsonl"), try batch.bytes("journal.jsonl"))
      for count in KillPoints.lengths(of: outcomes) {
        try batch.write(outcomes[..<count], to: "outcomes.jsonl")
        try batch.write(journal, to: "journal.jsonl")
        let whole = outcomes[..<count].split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().count
        let work = FakeWork()
        let report = try await batch.run(work)
        #expect(report.isGood && report.sessions == 2)
        #expect(work.names.count == 5 - whole)
        let found = try batch.outcomes().map(\.id)
        #expect(found.count == 5 && Set(found) == Set(batch.ids))
        #expect(Set(work.names).isDisjoint(with: found.prefix(whole)))
        #expect(report.restarted == 5 - whole)
      }
    }
  }

  @Test("that was killed somewhere in its journal goes on, or begins where it had not begun")
  func killedInJournal() async throws {
    try await TemporaryFolder.with { folder in
      let batch = try SmallBatch(in: folder)
      _ = try await batch.run(FakeWork())
      let journal = try batch.bytes("journal.jsonl")
      for count in KillPoints.lengths(of: journal) {
        File.remove("\(folder)/out/outcomes.jsonl")
        try batch.write(journal[..<count], to: "journal.jsonl")
        let lines = journal[..<count].split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
        let work = FakeWork()
        let report = try await batch.run(work)
        #expect(report.isGood && work.names.count == 5)
        #expect(report.restarted == lines.count { $0.starts(with: Array("{\"begun\":".utf8)) })
        #expect(try batch.outcomes().count == 5)
      }
    }
  }

  @Test("asks at most once, where that is wanted: what was under way at a kill is interrupted")
  func atMostOnce() async throws {
    try await TemporaryFolder.with { folder in
      let batch = try SmallBatch(in: folder)
      _ = try await batch.run(FakeWork())
      let outcomes = try batch.bytes("outcomes.jsonl").split(separator: 0x0A)
      // All five were begun, and two have ended.
      try batch.write(Array(outcomes[..<2].joined(separator: [0x0A])) + [0x0A], to: "outcomes.jsonl")
      let work = FakeWork()
      let report = try await batch.run(work, BatchPlan(asksAtMostOnce: true, resumes: true))
      #expect(work.names.isEmpty)
      #expect(report.interrupted == 3 && report.completed == 2 && report.left == 0 && !report.isGood)
      #expect(report.failures == ["interrupted": 3])
      #expect(try batch.outcomes().count { $0.status == .interrupted } == 3)
    }
  }

  @Test("refuses an input or a work that has changed, and says what")
  func changed() async throws {
    try await TemporaryFolder.with { folder in
      let batch = try SmallBatch(in: folder)
      _ = try await batch.run(FakeWork())
      let error = await #expect(throws: BatchError.self) {
        try await batch.run(FakeWork(settings: ["kind": "fake", "voice": "x"]))
      }
      #expect(error?.kind == .changedWork && error?.message.contains("voice") == true)
      var input = try File(reading: folder + "/in.jsonl").readAll()
      input[input.count - 4] ^= 1
      _ = try TemporaryFolder.written(String(decoding: input, as: UTF8.self), to: folder + "/in.jsonl")
      let work = FakeWork()
      let second = await #expect(throws: BatchError.self) { try await batch.run(work) }
      #expect(second?.kind == .changedInput)
      #expect(work.names.isEmpty)
    }
  }

  @Test("is not gone on with unless that is said, nor in a folder of something else")
  func folders() async throws {
    try await TemporaryFolder.with { folder in
      let batch = try SmallBatch(in: folder)
      _ = try await batch.run(FakeWork())
      func kind(_ plan: BatchPlan) async throws -> BatchError.Kind? {
        await #expect(throws: BatchError.self) { try await batch.run(FakeWork(), plan) }?.kind
      }
      #expect(try await kind(BatchPlan()) == .exists)
      let outcomes = try batch.bytes("outcomes.jsonl")
      // Two outcomes of one item.
      try batch.write(outcomes + outcomes, to: "outcomes.jsonl")
      #expect(try await kind(BatchPlan(resumes: true)) == .noBatch)
      try batch.write(outcomes, to: "outcomes.jsonl")
      try batch.write(Array("{\"other\":1}\n".utf8), to: "journal.jsonl")
      #expect(try await kind(BatchPlan(resumes: true)) == .noBatch)
      try batch.write(Array("text".utf8), to: "journal.jsonl")
      #expect(try await kind(BatchPlan(resumes: true)) == .noBatch)
    }
  }

  @Test("is worked on by one process")
  func busy() async throws {
    try await TemporaryFolder.with { folder in
      let batch = try SmallBatch(in: folder)
      let lock = try FileLock(beside: "\(folder)/out/journal.jsonl")
      let error = await #expect(throws: BatchError.self) { try await batch.run(FakeWork()) }
      #expect(error?.kind == .busy)
      lock?.release()
    }
  }

  @Test("tries nothing again by itself")
  func noRetries() async throws {
    try await TemporaryFolder.with { folder in
      let batch = try SmallBatch(in: folder)
      let work = FakeWork { _, _ in throw FakeWork.failure(503) }
      let report = try await batch.run(work)
      #expect(report.failed == 5 && report.failures == ["http_503": 5] && report.retries == 0)
      #expect(work.names.count == 5)
      #expect(try batch.outcomes().allSatisfy { $0.httpStatus == 503 && $0.error?.kind == "http_503" })
    }
  }

  @Test(
    "tries again what may pass, as often as it is told to",
    arguments: [
      (503, 2, nil, 3, true), (503, 1, nil, 2, false), (400, 5, nil, 1, false), (503, 5, "http_429", 1, false),
    ])
  func retries(status: Int, count: Int, kind: String?, attempts: Int, ends: Bool) async throws {
    try await TemporaryFolder.with { folder in
      let batch = try SmallBatch(in: folder, items: 1)
      let work = FakeWork { id, attempt in
        if attempt < 3 { throw FakeWork.failure(status, retryAfter: .seconds(3)) }
        return BatchAnswer(document: .string(id))
      }
      let started = work.transport.now
      let plan = BatchPlan(retries: BatchRetries(count: count, kinds: kind.map { [$0] }))
      let report = try await batch.run(work, plan)
      #expect(report.completed == (ends ? 1 : 0))
      #expect(try batch.outcomes().map(\.attempts) == [attempts])
      #expect(report.retries == attempts - 1)
      // The server asks for three seconds, which is longer than the pauses of one and two.
      #expect(started.duration(to: work.transport.now) == .seconds(3) * (attempts - 1))
    }
  }

  @Test("gives up after failures in a row, and goes on later with what is left")
  func givesUp() async throws {
    try await TemporaryFolder.with { folder in
      let batch = try SmallBatch(in: folder, items: 10)
      let failing = FakeWork { _, _ in throw FakeWork.failure(500) }
      let report = try await batch.run(failing, BatchPlan(concurrency: 1, failuresInARow: 3))
      #expect(report.end == .failuresInARow && report.failed == 3 && report.left == 7)
      let work = FakeWork()
      let second = try await batch.run(work)
      #expect(second.end == .complete && second.completed == 7 && second.failed == 3)
      #expect(Set(work.names).isDisjoint(with: failing.names))
    }
  }

  @Test("that is cancelled has no outcome of what was under way")
  func cancelled() async throws {
    try await TemporaryFolder.with { folder in
      let batch = try SmallBatch(in: folder, items: 4)
      let (begun, reached) = AsyncStream<Void>.makeStream()
      let work = FakeWork { id, _ in
        if id == "item-0" { return BatchAnswer(document: .string(id)) }
        reached.yield()
        // Nothing ever comes: the cancellation ends it.
        let (nothing, kept) = AsyncStream<Void>.makeStream()
        for await _ in nothing {}
        withExtendedLifetime(kept) {}
        throw CancellationError()
      }
      let running = Task { try await batch.run(work, BatchPlan(concurrency: 1)) }
      for await _ in begun { break }
      running.cancel()
      let report = try await running.value
      #expect(report.end == .cancelled && report.completed == 1 && report.left == 3)
      #expect(try batch.outcomes().map(\.id) == ["item-0"])
      let second = try await batch.run(FakeWork())
      #expect(second.isGood && second.restarted == 1)
    }
  }

  @Test("whose output cannot be written ends there, and goes on when it can")
  func unwritable() async throws {
    try await TemporaryFolder.with { folder in
      let batch = try SmallBatch(in: folder)
      // A file stands where a folder is to be.
      _ = try TemporaryFolder.written("", to: folder + "/out/outputs")
      let plan = BatchPlan(concurrency: 1, writesFiles: true, resumes: true)
      let report = try await batch.run(FakeWork(), plan)
      #expect(report.end == .error && report.error?.kind == .file && report.left == 5)
      File.remove(folder + "/out/outputs")
      #expect(try await batch.run(FakeWork(), plan).isGood)
      for outcome in try batch.outcomes() {
        let file = try #require(outcome.files.first)
        #expect(file.name == "outputs/\(outcome.id).json" && outcome.response == nil)
        #expect(try batch.bytes(file.name) == Array("{\"said\":\"\(outcome.id)\"}\n".utf8))
      }
    }
  }

  @Test("that finds a limit of this machine stops, and blames no item")
  func ownLimit() async throws {
    try await TemporaryFolder.with { folder in
      let batch = try SmallBatch(in: folder)
      let work = FakeWork { _, _ in
        let cause = TransportError(kind: .clientDescriptors, message: "none left", request: "POST http://h/")
        throw ServiceError(kind: .transport, message: "none left", underlying: cause)
      }
      let report = try await batch.run(work, BatchPlan(concurrency: 1))
      #expect(report.end == .error && report.failed == 0 && report.left == 5)
      #expect(work.names.count == 1)
    }
  }
}
