public import NPUBase

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The first line of a journal: what was run, when, and under which definitions.
public struct JournalHeader: Sendable, Hashable, Codable {
  /// Which instants of token-bearing events a journal keeps.
  public enum TokenStamps: String, Sendable, Hashable, Codable, CaseIterable {
    /// One per event: everything can be recomputed.
    case all
    /// Those of the first and last event of each kind, and how many there were: gaps are lost, all else stays.
    case none
  }

  /// The version of the format that this kit writes.
  public static let currentVersion = 1

  /// The version of the format.
  public var journal: Int
  /// The version of the metric definitions at the time of writing.
  public var definitions: Int
  /// The wall clock when the run began, in nanoseconds since 1970 (UTC); pairs with ``monotonic``.
  public var unixNanoseconds: Int64
  /// The monotonic clock at the same moment; every other instant of the journal is on it.
  public var monotonic: MonotonicInstant
  /// Which token stamps the lines keep.
  public var tokenStamps: TokenStamps
  /// What was run.
  public var run: RunDescription

  private enum CodingKeys: String, CodingKey {
    case journal
    case definitions
    case unixNanoseconds = "started_unix_ns"
    case monotonic = "started_ns"
    case tokenStamps = "token_stamps"
    case run
  }

  /// Creates a header.
  public init(
    run: RunDescription, unixNanoseconds: Int64, monotonic: MonotonicInstant, tokenStamps: TokenStamps = .all
  ) {
    journal = Self.currentVersion
    definitions = RequestMetrics.definitionsVersion
    self.unixNanoseconds = unixNanoseconds
    self.monotonic = monotonic
    self.tokenStamps = tokenStamps
    self.run = run
  }

  /// Creates the header of a run that begins now.
  public init(beginning run: RunDescription, tokenStamps: TokenStamps = .all) {
    self.init(
      run: run, unixNanoseconds: Int64(Date().timeIntervalSince1970 * 1e9), monotonic: .now, tokenStamps: tokenStamps)
  }

  /// The header as one line of JSON.
  func line() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// Reads a header from one line of JSON.
  init(line: ArraySlice<UInt8>) throws {
    self = try JSONDecoder().decode(JournalHeader.self, from: Data(line))
  }
}
