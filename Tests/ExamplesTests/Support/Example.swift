import Dispatch
import Foundation
import NPUTestKit
import TestSupport
import Testing

/// An executable of the package that runs as a process of its own.
final class Example: Sendable {
  /// How a process ended, and everything that it wrote.
  struct End: Sendable {
    var status: Int32
    /// Whether a signal ended it, whose number is then the status.
    var wasKilled: Bool
    var output: String
    var errors: String

    /// The lines of the output.
    var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    /// The one JSON object that the output is.
    func json(_ location: SourceLocation = #_sourceLocation) throws -> JSONValue {
      let value = try JSONDecoder().decode(JSONValue.self, from: Data(output.utf8))
      try #require(value.object != nil, "the output is no object: \(output.prefix(200))", sourceLocation: location)
      return value
    }
  }

  /// Far longer than any run here takes, even on a busy machine.
  private static let timeLimit = DispatchTimeInterval.seconds(600)

  private let process: ChildProcess
  private let folder: TemporaryFolder

  /// Starts an executable; whatever key the surroundings hold stays out of it.
  ///
  /// - Parameters:
  ///   - name: The executable.
  ///   - arguments: Its arguments.
  ///   - environment: More variables.
  ///   - prelude: What a shell does before it becomes the executable, such as `ulimit -n 100`.
  /// - Throws: What keeps it from being started.
  init(
    _ name: String, _ arguments: [String], environment: [String: String] = [:], after prelude: String? = nil
  ) throws {
    let folder = try TemporaryFolder()
    for file in ["out", "err"] { try Data().write(to: URL(filePath: folder.file(file))) }
    let executable = try Self.path(of: name)
    process = try ChildProcess(
      prelude == nil ? executable : "/bin/sh",
      prelude.map { ["-c", $0 + #"; exec "$0" "$@""#, executable] + arguments } ?? arguments,
      environment: ProcessInfo.processInfo.environment.merging(["OPENAI_API_KEY": ""]) { $1 }
        .merging(environment) { $1 },
      in: folder.path, output: try FileHandle(forWritingTo: URL(filePath: folder.file("out"))),
      errors: try FileHandle(forWritingTo: URL(filePath: folder.file("err"))))
    self.folder = folder
    // Not a task: tests that compute keep those waiting, and the processes do not wait with them.
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.timeLimit) { [weak self] in self?.send(SIGKILL) }
  }

  /// A test that ends early leaves no process behind.
  deinit { send(SIGKILL) }

  /// Runs an executable to its end.
  static func run(
    _ name: String, _ arguments: [String], environment: [String: String] = [:], after prelude: String? = nil
  ) async throws -> End {
    try await Example(name, arguments, environment: environment, after: prelude).ending()
  }

  /// Waits for the end; a process that takes too long is killed, which the ending shows.
  func ending() async throws -> End {
    let end = await process.ended()
    return End(status: end.status, wasKilled: end.wasKilled, output: try text("out"), errors: try text("err"))
  }

  /// Sends a signal.
  func send(_ signal: Int32) { process.send(signal) }

  /// The first whole line of the output, as soon as it is there.
  func firstLine() async throws -> String {
    while process.isRunning {
      let text = try text("out")
      if let end = text.firstIndex(of: "\n") { return String(text[..<end]) }
      try await Task.sleep(for: .milliseconds(10))
    }
    let (output, errors) = (try text("out"), try text("err"))
    return try #require(output.split(separator: "\n").first.map(String.init), "no line before the end: \(errors)")
  }

  /// Waits until it has said something on standard error.
  func says(_ words: String) async throws {
    while !(try text("err").contains(words)) {
      try #require(process.isRunning, "it ended and never said '\(words)'")
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// A path in the folder that the process runs in.
  func file(_ name: String) -> String { folder.file(name) }

  private func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: folder.file(name))), as: UTF8.self)
  }

  /// The path of an executable, for those that others start.
  static func path(of name: String) throws -> String { try executable(name).path }

  /// Executables lie beside the bundle of the tests, which is a folder on some systems and a file on others.
  private static func executable(_ name: String) throws -> URL {
    let bundle = Bundle.main.bundleURL
    let candidates = [bundle, bundle.deletingLastPathComponent()].map { $0.appending(path: name) }
    return try #require(
      candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) },
      "\(name) is not beside the tests in \(bundle.path); build it first: swift build --product \(name)")
  }
}

/// A new folder that is deleted with this object.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "examples-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// Writes a file and gives its path.
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: file(name)))
    return file(name)
  }

  /// The lines of a file, each read as JSON.
  func jsonLines(_ name: String) throws -> [JSONValue] {
    try text(name).split(separator: "\n").map { try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
  }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: file(name))), as: UTF8.self)
  }
}
