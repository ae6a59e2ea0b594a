import Foundation
package import NPUTestKit

/// A result file in the format of vLLM while its run goes on.
package struct ResultFile: Sendable {
  private var builder: VLLMResultBuilder
  private let folder: String
  private let name: String?
  private let metadata: [String: String]
  private let overwrite: Bool

  /// Prepares a file.
  ///
  /// - Parameters:
  ///   - options: What it holds.
  ///   - folder: Where it is saved.
  ///   - name: Its name, where it is not vLLM's.
  ///   - metadata: Entries beside the figures.
  ///   - overwrite: Whether a file of the same name may be replaced.
  /// - Throws: What ``VLLMResultBuilder`` throws for its options.
  package init(_ options: VLLMResultOptions, folder: String, name: String?, metadata: [String: String], overwrite: Bool)
    throws
  {
    builder = try VLLMResultBuilder(options: options)
    (self.folder, self.name, self.metadata, self.overwrite) = (folder, name, metadata, overwrite)
  }

  /// Adds a request.
  package mutating func add(_ record: RequestRecord) { builder.add(record) }

  /// Saves the file and gives its path.
  package func save(_ report: LoadReport) throws -> String {
    try file(report).save(in: folder, as: name, replacing: overwrite)
  }

  /// What the file holds.
  package func text(_ report: LoadReport) throws -> String { try file(report).json() }

  private func file(_ report: LoadReport) -> VLLMResultFile {
    let now = Date()
    let date = VLLMResultFile.date(
      unixNanoseconds: Int64(now.timeIntervalSince1970 * 1e9), secondsFromUTC: TimeZone.current.secondsFromGMT(for: now)
    )
    return VLLMResultFile(builder: builder, report: report, date: date, metadata: metadata)
  }
}
