package import Foundation
package import HTTPTypes
package import NPUTransport

/// Answers as servers sent them, from the folders that the environment names.
package enum RecordedResponses {
  /// The folder `wire` of the test data.
  package static let wire = ProcessInfo.processInfo.environment["NPUTESTKIT_TEST_DATA"].map {
    URL(fileURLWithPath: $0).appending(path: "wire")
  }

  /// The folder `cases` of the test data: what public bug reports tell of.
  package static let cases = ProcessInfo.processInfo.environment["NPUTESTKIT_TEST_DATA"].map {
    URL(fileURLWithPath: $0).appending(path: "cases")
  }

  /// A folder for each server, with its responses as curl prints them with their heads.
  package static let captures = ProcessInfo.processInfo.environment["NPUTESTKIT_TEST_CAPTURES"].map {
    URL(fileURLWithPath: $0)
  }

  package static func files(in folder: URL?, _ isWanted: (String) -> Bool) -> [URL] {
    guard let folder,
      let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    else { return [] }
    return files.filter { isWanted($0.lastPathComponent) }.sorted { $0.path < $1.path }
  }

  package static func wire(_ isWanted: (String) -> Bool) throws -> [(name: String, bytes: [UInt8])] {
    try files(in: wire, isWanted).map { ($0.lastPathComponent, [UInt8](try Data(contentsOf: $0))) }
  }

  /// A server's response, and how curl ended.
  package struct Capture {
    package var name: String
    package var head: HTTPResponse
    package var body: [UInt8]
    package var breaksWith: TransportError.Kind?

    package init?(_ file: URL) throws {
      name = file.deletingLastPathComponent().lastPathComponent + "/" + file.lastPathComponent
      var bytes = [UInt8](try Data(contentsOf: file))
      for (mark, kind) in [("curl rc 0\n", nil), ("curl rc 18\n", .truncatedBody), ("curl rc 28\n", .idleTimeout)]
        as [(String, TransportError.Kind?)]
      where bytes.ends(with: mark.utf8) {
        bytes.removeLast(mark.utf8.count)
        breaksWith = kind
      }
      let interim = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
      while bytes.starts(with: interim) { bytes.removeFirst(interim.count) }
      // On bytes, since what follows the head need not be text.
      let headEnd = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? bytes.count
      let text = String(decoding: bytes.prefix(min(headEnd, 16_384)), as: UTF8.self)
      let separator = text.contains("\r\n\r\n") ? "\r\n\r\n" : "\n\n"
      guard let end = text.utf8.firstRange(of: separator.utf8) else { return nil }
      let lines = text[..<end.lowerBound].split(whereSeparator: \.isNewline)
      let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
      guard let status else { return nil }
      var fields = HTTPFields()
      for line in lines.dropFirst() {
        guard let colon = line.firstIndex(of: ":"), let name = HTTPField.Name(String(line[..<colon])) else { continue }
        fields.append(HTTPField(name: name, value: line[line.index(after: colon)...].drop { $0 == " " }.description))
      }
      head = HTTPResponse(status: .init(code: status), headerFields: fields)
      body = Array(bytes.dropFirst(text.utf8.distance(from: text.startIndex, to: end.upperBound)))
    }

    package var transport: ScriptedTransport {
      let steps = [.head(head), .body(body)] + (breaksWith.map { [ScriptedTransport.Step.fail($0)] } ?? [])
      return ScriptedTransport { _ in steps }
    }
  }
}

extension [UInt8] {
  fileprivate func ends(with bytes: some Collection<UInt8>) -> Bool { suffix(bytes.count).elementsEqual(bytes) }
}
