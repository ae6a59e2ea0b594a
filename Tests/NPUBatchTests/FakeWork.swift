import NPUBase
import NPUBatch
import NPUServices
import NPUTransport
import Synchronization
import TestSupport

/// A service in place of one: asks a closure, and notes who was asked for.
final class FakeWork: BatchWork {
  let settings: JSONValue
  /// Its clock jumps.
  let transport: any Transport = ScriptedTransport { _ in [.hang] }
  private let asked = Mutex<[String]>([])
  private let perform: @Sendable (_ id: String, _ attempt: Int) async throws -> BatchAnswer

  init(
    settings: JSONValue = .object(["kind": "fake"]),
    _ perform: @escaping @Sendable (_ id: String, _ attempt: Int) async throws -> BatchAnswer = { id, _ in
      BatchAnswer(document: .object(["said": .string(id)]), status: 200, latency: .milliseconds(5))
    }
  ) {
    self.settings = settings
    self.perform = perform
  }

  /// The names of the items, in the order in which they were asked for.
  var names: [String] { asked.withLock { $0 } }

  func perform(_ item: BatchItem) async throws -> BatchAnswer {
    let attempt = asked.withLock { asked in
      asked.append(item.id)
      return asked.count { $0 == item.id }
    }
    return try await perform(item.id, attempt)
  }

  static func failure(_ status: Int, retryAfter: Duration? = nil) -> ServiceError {
    ServiceError(kind: .httpStatus, message: "no", status: status, retryAfter: retryAfter)
  }
}

/// A batch of a few lines in a folder of its own.
struct SmallBatch {
  let folder: String
  let ids: [String]

  init(in folder: String, items: Int = 5) throws {
    self.folder = folder
    ids = (0..<items).map { "item-\($0)" }
    try Folder.prepare(folder + "/out")
    let lines = ids.map { "{\"id\":\"\($0)\",\"prompt\":\"Say \($0).\"}" }.joined(separator: "\n")
    _ = try TemporaryFolder.written(lines, to: folder + "/in.jsonl")
  }

  func run(
    _ work: any BatchWork, _ plan: BatchPlan = BatchPlan(concurrency: 2, resumes: true), output: BatchOutput? = nil
  ) async throws -> BatchReport {
    try await Batch(
      LinesInput(folder + "/in.jsonl"), work, to: output ?? .folder(folder + "/out"), folder: folder + "/out",
      plan: plan
    ).run()
  }

  func bytes(_ name: String) throws -> [UInt8] { try File(reading: "\(folder)/out/\(name)").readAll() }

  func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    let file = try File(creating: "\(folder)/out/\(name)", replacing: true)
    try file.write(Array(bytes))
  }

  /// The outcomes, in the order of their lines.
  func outcomes() throws -> [BatchOutcome] {
    try bytes("outcomes.jsonl").split(separator: 0x0A).map {
      try JSONCoding.decode(BatchOutcome.self, from: Array($0))
    }
  }
}
