import TestSupport
import Testing

/// Runs each test of a suite once for each reader of plain HTTP.
///
/// A test that runs a part of itself in a process of its own must hand the reader on.
struct EveryReaderTrait: SuiteTrait, TestTrait, TestScoping {
  var isRecursive: Bool { true }

  func scopeProvider(for test: Test, testCase: Test.Case?) -> EveryReaderTrait? { testCase == nil ? nil : self }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    for reader in PlainHTTPReader.allCases {
      try await PlainHTTPReader.$current.withValue(reader) { try await function() }
    }
  }
}

extension Trait where Self == EveryReaderTrait {
  /// Runs each test once for each reader of plain HTTP.
  static var everyReader: EveryReaderTrait { EveryReaderTrait() }
}
