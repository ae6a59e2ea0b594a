internal import NPUBase
internal import NPUStorage

/// Why a batch cannot be run, or not gone on with.
public struct BatchError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The input is no list of items: a line without identity, two items of one identity, no item at all.
    case invalidInput = "invalid_input"
    /// The input is another one than when the batch was begun.
    case changedInput = "changed_input"
    /// Something else is asked of the items than when the batch was begun.
    case changedWork = "changed_work"
    /// A batch stands in the folder, and nobody said that it is to be gone on with.
    case exists
    /// Another process works on the batch.
    case busy
    /// The folder holds something else than a batch, or one of another version.
    case noBatch = "no_batch"
    /// A file cannot be read or written.
    case file
    /// The object store failed.
    case storage
  }

  /// The cause.
  public var kind: Kind
  /// What happened, with the values that explain it, and what to do.
  public var message: String

  /// Creates an error.
  public init(kind: Kind, message: String) {
    self.kind = kind
    self.message = message
  }

  init(_ error: FileError) {
    self.init(kind: .file, message: "\(error.path): \(error.message)")
  }

  init(_ error: StorageError) {
    self.init(kind: error.kind == .changed ? .changedInput : .storage, message: "\(error)")
  }

  /// What ended a part, whatever it was.
  init(stopped reason: any Error) {
    self = reason as? BatchError ?? BatchError(kind: .file, message: Excerpt.of("\(reason)"))
  }

  /// The cause alone, from a bounded set.
  public var shortDescription: String { kind.rawValue }

  /// Runs what reads or writes files.
  static func local<Value: ~Copyable>(_ work: () throws(FileError) -> Value) throws(BatchError) -> Value {
    do throws(FileError) { return try work() } catch { throw BatchError(error) }
  }

  /// Runs what asks an object store.
  static func remote<Value>(_ work: () async throws -> Value) async throws -> Value {
    do { return try await work() } catch let error as StorageError { throw BatchError(error) }
  }
}

extension BatchError: CustomStringConvertible {
  /// The message.
  public var description: String { message }
}
