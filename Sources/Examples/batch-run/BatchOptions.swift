import ArgumentParser
import ExampleSupport
import Foundation
import NPUBase
import NPUTestKit
import ToolSupport

/// Where the items come from, where their outcomes go, and how the batch is run.
struct BatchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file of JSON Lines whose name ends in .jsonl, a folder, or s3://bucket/prefix with either.", valueName: "place"
    ))
  var input: String
  @Option(help: ArgumentHelp("A folder, or s3://bucket/prefix.", valueName: "place"))
  var output: String
  @Option(
    help: ArgumentHelp(
      "Folder of the batch's own, with its journal and outcomes. Default: that of --output.", valueName: "folder"))
  var work: String?
  @Flag(help: "Go on with the batch that the folder holds; one that holds none is begun.") var resume = false
  @Option(help: ArgumentHelp("Items that are under way at once.", valueName: "count")) var concurrency = 8
  @Option(
    help: ArgumentHelp("Tries after the first of what may pass: overload, broken connections.", valueName: "count"))
  var retries = 0
  @Option(help: ArgumentHelp("Pause before the second try; each further one is twice as long.", valueName: "seconds"))
  var retryPause = Seconds(1)
  @Option(
    help: ArgumentHelp(
      "Kind of failure that is tried again, such as http_429. Can be repeated. Default: all that may pass.",
      valueName: "kind"))
  var retryOn: [String] = []
  @Flag(
    help: """
      Do not ask again for items that were under way when the process was killed: they are interrupted, since whether \
      the service has done them is not known.
      """)
  var atMostOnce = false
  @Option(
    help: ArgumentHelp(
      "Failures in a row after which no more items are begun, since the service may be down; 0 for never.",
      valueName: "count"))
  var stopAfter = 50
  @Option(
    help: """
      Where documents are written: lines for the outcomes themselves, files for a file each. Images and sounds always \
      have a file each. Default: lines for JSON Lines, files for a folder or a prefix.
      """)
  var documents: Documents?

  enum Documents: String, ExpressibleByArgument, CaseIterable { case lines, files }

  func validate() throws {
    try ValidationError.unless("--concurrency", concurrency, isIn: 1...10_000)
    try ValidationError.unless("--retries", retries, isIn: 0...1000)
    try ValidationError.unless("--retry-pause", retryPause.number, isAbove: 0, unit: "seconds")
    try ValidationError.unless("--stop-after", stopAfter, isIn: 0...Int.max)
  }

  /// Which of the flags need or exclude which.
  static let rules: [FlagRule] = [
    .needs(["--retry-pause", "--retry-on"], oneOf: ["--retries"], "nothing is tried again"),
    FlagRule(["--output"], others: ["--work"]) { _, given in
      guard let output = given.value("--output"), ObjectAddress.isAddress(output), !given.has("--work") else {
        return nil
      }
      return "--output \(output) needs --work, a folder for the journal of the batch."
    },
  ]
}

extension BatchOptions {
  func plan(isFolder: Bool) throws -> BatchPlan {
    BatchPlan(
      concurrency: concurrency,
      retries: BatchRetries(
        count: retries, pause: retryPause.duration, kinds: retryOn.isEmpty ? nil : Set(retryOn)),
      asksAtMostOnce: atMostOnce, failuresInARow: stopAfter == 0 ? nil : stopAfter,
      writesFiles: documents.map { $0 == .files } ?? isFolder, resumes: resume)
  }

  /// Where the items come from.
  func source(_ store: ObjectStore?) throws -> any BatchInput {
    guard ObjectAddress.isAddress(input) else {
      let place = try? FilePlace(input)
      if case .missing? = place {
        throw Failure(kind: "unreadable_file", message: "--input \(input) is not there; check the path.")
      }
      let isFolder = if case .folder? = place { true } else { false }
      if isFolder, Self.lies(output, in: input) || work.map({ Self.lies($0, in: input) }) ?? false {
        throw ValidationError("--output and --work must not lie in the folder of --input, whose files are items.")
      }
      return isFolder ? FolderInput(input) : LinesInput(input)
    }
    let (store, address) = try place(input, store, "--input")
    return address.key.hasSuffix(".jsonl") ? ObjectLinesInput(store, address) : ObjectsInput(store, address)
  }

  /// Where files go.
  func destination(_ store: ObjectStore?) throws -> BatchOutput {
    guard ObjectAddress.isAddress(output) else { return .folder(output) }
    let (store, address) = try place(output, store, "--output")
    return .store(store, address)
  }

  private func place(
    _ text: String, _ store: ObjectStore?, _ flag: String
  ) throws -> (ObjectStore, ObjectAddress) {
    guard let store else { throw ValidationError("\(flag) \(text) needs --s3-endpoint, the address of the store.") }
    return (store, try ObjectAddress(text))
  }

  private static func lies(_ path: String, in folder: String) -> Bool {
    guard !ObjectAddress.isAddress(path) else { return false }
    let (path, folder) = (
      URL(filePath: path).standardizedFileURL.pathComponents, URL(filePath: folder).standardizedFileURL.pathComponents
    )
    return path.starts(with: folder)
  }
}
