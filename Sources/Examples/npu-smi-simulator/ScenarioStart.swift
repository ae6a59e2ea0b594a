import Foundation

/// When a scenario began, kept in a file between calls that are processes of their own.
struct ScenarioStart {
  /// The seconds since the scenario began; 0 for the first call, which makes the file.
  static func elapsed(file path: String) throws -> Double {
    let now = Date().timeIntervalSince1970
    if let bytes = FileManager.default.contents(atPath: path) {
      let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      guard let start = Double(text), start.isFinite else {
        throw StartError(path: path, text: String(text.prefix(80)))
      }
      return now - start
    }
    try Data("\(now)\n".utf8).write(to: URL(filePath: path), options: .atomic)
    return 0
  }

  struct StartError: Error, CustomStringConvertible {
    var path: String
    var text: String
    var description: String {
      "\(path) holds '\(text)' and not the seconds since 1970 at which the scenario began; delete it to begin anew."
    }
  }
}
