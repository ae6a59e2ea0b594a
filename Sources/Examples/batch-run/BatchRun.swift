import ArgumentParser
import ExampleSupport
import Foundation
import NPUBase
import NPUSimulator
import NPUTestKit
import ToolSupport

/// A list of requests, each asked once, from and to folders or an object store.
@main
struct BatchRun: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch-run", abstract: "Ask a service for every item of a file, a folder or a prefix, each once.",
    discussion: """
      Without --base-url a simulated service is asked.

        batch-run --base-url URL --input requests.jsonl --output results
        batch-run --base-url URL --kind transcription --input recordings/ --output results --resume
        batch-run --base-url URL --kind speech --input s3://bucket/texts/ --output s3://bucket/sounds/ --work state \\
          --s3-endpoint https://obs.cn-north-4.myhuaweicloud.com --s3-region cn-north-4

      A file is JSON Lines, an object with an id for each item; a folder or a prefix has a file for each item. What came \
      of each item is a line of outcomes.jsonl. A batch that was interrupted, whatever the reason, goes on with --resume; \
      an item that has an outcome is never asked for again.

      Exit status: 0 when every item was completed, 1 when some were not or the batch ended before its time, 2 when it \
      could not be run or gone on with.
      """)

  @OptionGroup(title: "Service") var target: ServiceOptions
  @OptionGroup(title: "Requests") var requests: BatchRequestOptions
  @OptionGroup(title: "Batch") var batch: BatchOptions
  @OptionGroup(title: "Object store") var storage: StorageOptions
  @Flag(help: "Print one JSON object on standard output; progress and notes go to standard error.") var json = false

  static func main() async { await runAsTool(rules: rules) }

  static let rules: [FlagRule] =
    ServiceOptions.rules + BatchRequestOptions.rules + BatchOptions.rules + StorageOptions.rules

  func run() async throws {
    let simulator = target.baseURL == nil ? try await Simulator.start(behaviour: Self.demonstration) : nil
    if let simulator {
      Console.say(
        "Asking the built-in simulator at \(simulator.baseURL); --base-url names a real service.", readByProgram: json)
    }
    let address = target.baseURL ?? simulator?.baseURL ?? ""
    let report: BatchReport
    do { report = try await runBatch(address) } catch {
      guard let failure = Failure(batch: error) else { throw error }
      return try Failure.told(by: "batch-run", json: json) { throw failure }
    }
    try await simulator?.shutDown()
    try show(report)
    if report.end == .error { throw ExitCode(2) }
    if !report.isGood { throw ExitCode(1) }
  }

  private func runBatch(_ address: String) async throws -> BatchReport {
    let configuration = try target.service(address)
    if let exposure = target.exposure(of: configuration) { Console.note("Warning: \(exposure)") }
    let transport = try target.transport()
    defer { transport.shutDown() }
    let service = Service(configuration, model: target.model, transport: transport)
    let store = try storage.store { Console.note("The object store is asked again: \($0)") }
    var work = try requests.work(of: service)
    work.route = target.endpoint
    let input = try batch.source(store)
    let run = Batch(
      input, work, to: try batch.destination(store), folder: batch.work,
      plan: try batch.plan(isFolder: !(input is LinesInput || input is ObjectLinesInput)))
    let told = BatchConsole()
    let report = try await TerminationSignals.cancelling(
      notice: "Interrupted: the requests in flight are cancelled. Press Control-C again to leave at once."
    ) {
      try await run.run(told.tell)
    }
    told.finish()
    return report
  }

  private func show(_ report: BatchReport) throws {
    if json { return try Console.line(try Console.json(report)) }
    try Console.line(BatchText(report).text)
  }

  /// A service of moderate speed.
  private static var demonstration: Behaviour {
    Behaviour(timeToFirstToken: .milliseconds(20), interTokenLatency: .milliseconds(2), outputTokens: 16).with {
      $0.images.stepLatency = .milliseconds(2)
      $0.audio.transcriptionFactor = 0.01
      $0.audio.speechFactor = 0.01
    }
  }
}

extension Failure {
  /// The failure that an error of a batch stands for; `nil` for one that is none.
  fileprivate init?(batch error: any Error) {
    switch error {
    case let error as BatchError: self.init(kind: error.shortDescription, message: error.message)
    case let error as StorageError: self.init(kind: error.shortDescription, message: "\(error)")
    case let error as ServiceError: self.init(kind: error.shortDescription, message: "\(error)")
    case let error as Failure: self = error
    default: return nil
    }
  }
}
