internal import NPUBase

/// A dataset: the prompt of every request of a load.
///
/// The prompt of an index depends on the index and the source's own seed alone, so a load can be repeated, resumed and
/// prepared out of order. Sources are endless: those with a limited number of prompts begin again after the last one. A
/// prompt that comes again may be answered from the service's prefix cache, so compare ``count`` with the length of the
/// run.
public protocol PromptSource: Sendable {
  /// How many different prompts there are; missing if every index has one of its own.
  var count: Int? { get }

  /// What a report says of the prompts; by default nothing.
  var dataset: DatasetDescription? { get }

  /// The place of a request's prompt in its file or list, from 1; by default missing.
  ///
  /// - Parameter index: The number of the request, zero or more.
  /// - Returns: The place.
  func entry(at index: Int) -> Int?

  /// The prompt of a request.
  ///
  /// - Parameter index: The number of the request, zero or more.
  /// - Returns: The prompt.
  /// - Throws: An error of the tokenizer, or ``PromptError``.
  func prompt(at index: Int) async throws -> Prompt
}

extension PromptSource {
  /// Nothing.
  public var dataset: DatasetDescription? { nil }

  /// Missing.
  public func entry(at index: Int) -> Int? { nil }
}

/// Why prompts could not be had.
public struct PromptError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The file cannot be opened or read.
    case unreadableFile = "unreadable_file"
    /// An entry of the file is not a prompt.
    case malformedEntry = "malformed_entry"
    /// An entry of the file exceeds its limit.
    case entryTooLong = "entry_too_long"
    /// The file holds no prompt that can be used.
    case noPrompts = "no_prompts"
    /// A length or another setting of generated prompts is impossible.
    case invalidSetting = "invalid_setting"
  }

  /// The cause.
  public var kind: Kind
  /// What was wrong, with the values that explain it, and what to do.
  public var message: String
  /// The file, if there is one.
  public var path: String?
  /// The line of a JSON Lines file or the entry of an array, from 1.
  public var entry: Int?

  /// Creates an error.
  public init(kind: Kind, message: String, path: String? = nil, entry: Int? = nil) {
    self.kind = kind
    self.message = message
    self.path = path
    self.entry = entry
  }

  /// The cause alone, from a bounded set: the key by which reports group failures.
  public var shortDescription: String { kind.rawValue }
}

extension PromptError {
  init(_ error: FileError) {
    self.init(kind: .unreadableFile, message: "The file cannot be read: \(error.message).", path: error.path)
  }
}

extension PromptError: CustomStringConvertible {
  /// The place and what is wrong there.
  public var description: String {
    let place = [path, entry.map { "\($0)" }].compactMap { $0 }.joined(separator: ":")
    return place.isEmpty ? message : "\(place): \(message)"
  }
}

extension PromptSource {
  /// Makes the first prompts ahead of the load, so that checking their lengths does not disturb it.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - width: How many are made at once, each of which may ask the service's tokenizer.
  /// - Returns: The prompts in their order.
  /// - Throws: What the source throws.
  public func collected(_ count: Int, atOnce width: Int = 16) async throws -> PromptList {
    var prompts = [Prompt?](repeating: nil, count: count)
    try await withThrowingTaskGroup(of: (Int, Prompt).self) { group in
      var next = 0
      func addNext() {
        guard next < count else { return }
        let index = next
        next += 1
        group.addTask { (index, try await prompt(at: index)) }
      }
      for _ in 0..<max(1, width) { addNext() }
      for try await (index, prompt) in group {
        prompts[index] = prompt
        addNext()
      }
    }
    var list = try PromptList(prompts.compactMap(\.self))
    // Made ahead or not, the prompts are those of the source.
    list.describe(as: dataset, entries: (0..<count).map { entry(at: $0) })
    return list
  }
}
