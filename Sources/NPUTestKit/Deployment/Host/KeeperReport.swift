/// One line of what the shell that keeps a service says.
enum KeeperReport: Sendable, Hashable {
  /// It runs and reads orders.
  case hello
  /// A launch has become a process.
  case launched(Int, process: Int32)
  /// A launch has failed before there was a process; the word says at what.
  case failed(Int, reason: String)
  /// The process of a launch has ended, and perhaps left others of its group behind.
  case ended(Int, status: Int32, leavesOthers: Bool)
  /// A sweep has found a process.
  case left(Int, ServiceRemnant)
  /// A process that a sweep has found does not go.
  case stuck(Int, process: Int32)
  /// An order was carried out.
  case done(Int, status: Int32)

  /// Reads a line; `nil` for one that is none, such as what a login shell prints.
  init?(_ line: String) {
    let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: true)
    guard let word = words.first else { return nil }
    if word == "hello", words.count == 1 {
      self = .hello
      return
    }
    guard words.count >= 3, let number = Int(words[1]) else { return nil }
    let value = Int32(words[2])
    switch (word, value) {
    case ("pid", let value?): self = .launched(number, process: value)
    case ("failed", _): self = .failed(number, reason: String(words[2]))
    case ("ended", let value?): self = .ended(number, status: value, leavesOthers: words.count == 4 && words[3] == "1")
    case ("left", let value?):
      self = .left(number, ServiceRemnant(processID: value, name: words.count == 4 ? String(words[3]) : ""))
    case ("stuck", let value?): self = .stuck(number, process: value)
    case ("done", let value?): self = .done(number, status: value)
    default: return nil
    }
  }
}

/// A process of a service that a sweep has found and ended.
public struct ServiceRemnant: Sendable, Hashable, CustomStringConvertible {
  /// Its number on its machine.
  public var processID: Int32
  /// What it calls itself, 15 bytes at most, such as `VLLM::EngineCor`.
  public var name: String

  /// Creates a remnant.
  public init(processID: Int32, name: String) {
    self.processID = processID
    self.name = name
  }

  /// Name and number.
  public var description: String { "\(name) (\(processID))" }
}
