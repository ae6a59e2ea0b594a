internal import NPUBase

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The physical memory of processes, by their numbers or by what their command lines hold.
///
/// The figure is the resident set. Where several processes match, their sets are added, and pages that they share count
/// in each: what grows is right all the same.
public struct ProcessMemory: Sendable {
  /// Which processes are meant: a number, or a part of their command lines.
  public struct Selector: Sendable, Hashable, CustomStringConvertible {
    /// What was asked for.
    public var description: String

    /// Means the process of that number where the text is one, and else every process whose command line holds it.
    public init(_ text: String) { description = text }

    var number: Int? { Int(description) }

    func matches(_ process: ProcessRow) -> Bool {
      if let number { return process.number == number }
      return process.command.contains(description)
    }
  }

  /// What is looked for.
  public var selectors: [Selector]
  /// What runs `ps` on another host, such as `["ssh", "-o", "BatchMode=yes", "host"]`; empty for this one, whose `/proc`
  /// is read.
  public var host: [String]
  private let runner: any CommandRunner

  /// Names processes.
  ///
  /// - Parameters:
  ///   - selectors: What is looked for.
  ///   - host: What runs a program on the host of the processes; empty for this one.
  public init(_ selectors: [Selector], on host: [String] = []) {
    self.init(selectors, on: host, runner: ProcessRunner())
  }

  package init(_ selectors: [Selector], on host: [String] = [], runner: any CommandRunner) {
    (self.selectors, self.host, self.runner) = (selectors, host, runner)
  }

  /// Reads once.
  ///
  /// - Parameter timeout: After how long a program on another host is given up.
  /// - Returns: Bytes by selector; one that no process matches has none.
  /// - Throws: ``SampleGap`` if nothing can be read at all.
  public func read(timeout: Duration = .seconds(10)) async throws(SampleGap) -> [String: Int] {
    let rows = host.isEmpty ? Self.localRows(selectors) : try await remoteRows(timeout: timeout)
    var sums: [String: Int] = [:]
    for selector in selectors {
      let sizes = rows.filter(selector.matches).map(\.residentBytes)
      guard !sizes.isEmpty else { continue }
      sums[selector.description] = sizes.reduce(0) { sum, size in size > .max - sum ? .max : sum + size }
    }
    return sums
  }

  /// The resident set of this process, in bytes; `nil` where the system does not tell.
  public static var ofThisProcess: Int? { residentBytes(ofStatus: "/proc/self/status") }

  private func remoteRows(timeout: Duration) async throws(SampleGap) -> [ProcessRow] {
    let end = await runner.run(host + ["ps", "-eo", "pid=,rss=,args="], timeout: timeout, outputLimit: 4 << 20)
    let name = Excerpt.of((host + ["ps"]).joined(separator: " "), limit: 120)
    switch end.kind {
    case .exited(0): return ProcessRow.rows(of: end.output)
    case .exited, .signalled:
      throw SampleGap(kind: .failed, message: "\(name) ended badly: \"\(Excerpt.of(end.errors, limit: 200))\"")
    case .timedOut: throw SampleGap(kind: .timeout, message: "\(name) took longer than \(timeout) and was killed")
    case .stuck: throw SampleGap(kind: .stuck, message: "\(name) hangs and cannot be killed")
    case .tooMuchOutput: throw SampleGap(kind: .tooLarge, message: "\(name) printed more than 4 MiB and was killed")
    case .notStarted(let reason): throw SampleGap(kind: .notStarted, message: Excerpt.of(reason))
    case .cancelled: throw SampleGap(kind: .cancelled, message: "sampling ended while \(name) ran")
    }
  }
}

/// One process, as `ps` or `/proc` shows it.
struct ProcessRow: Sendable, Hashable {
  var number: Int
  var residentBytes: Int
  var command: String

  /// Reads what `ps -eo pid=,rss=,args=` prints; lines that are none are passed over.
  static func rows(of output: [UInt8]) -> [ProcessRow] {
    String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { line in
      let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
      guard words.count == 3, let number = Int(words[0]), let kilobytes = Int(words[1]), kilobytes >= 0,
        kilobytes <= Int.max >> 10
      else { return nil }
      return ProcessRow(number: number, residentBytes: kilobytes << 10, command: String(words[2]))
    }
  }
}

// MARK: - This host

extension ProcessMemory {
  /// The processes of this host that may match: this one holds the words that are looked for, and is left out.
  private static func localRows(_ selectors: [Selector]) -> [ProcessRow] {
    let needsCommands = selectors.contains { $0.number == nil }
    let own = ProcessInfo.processInfo.processIdentifier
    let all = needsCommands ? (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] : []
    let numbers = Set(all.compactMap { Int($0) } + selectors.compactMap(\.number))
    return numbers.compactMap { number in
      let isOwn = number == Int(own)
      let command = needsCommands && !isOwn ? commandLine(of: number) : ""
      var row = ProcessRow(number: number, residentBytes: 0, command: command)
      // A host has hundreds of processes: the longer file is read of those alone that are meant.
      guard selectors.contains(where: { $0.matches(row) }),
        let bytes = residentBytes(ofStatus: "/proc/\(number)/status")
      else { return nil }
      row.residentBytes = bytes
      return row
    }
  }

  private static func commandLine(of number: Int) -> String {
    var bytes: [UInt8] = []
    guard let file = try? File(reading: "/proc/\(number)/cmdline") else { return "" }
    // Of a longer one the beginning says enough.
    _ = try? file.read(upTo: 1 << 14, into: &bytes)
    return String(decoding: bytes.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
  }

  private static func residentBytes(ofStatus path: String) -> Int? {
    var bytes: [UInt8] = []
    guard let file = try? File(reading: path), (try? file.read(upTo: 1 << 13, into: &bytes)) != nil else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    let kilobytes = line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }
    return kilobytes.flatMap { $0 <= Int.max >> 10 ? $0 << 10 : nil }
  }
}
