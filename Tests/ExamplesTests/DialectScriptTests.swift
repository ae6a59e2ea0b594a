import Foundation
import NPUTestKit
import Testing

/// `Scripts/compare-dialects.sh` prints a dash where our dialect has no figure of a tool's name, and compares with
/// whatever version it installs: what could be wrong there in silence is tried without the tools.
@Suite("The comparison with other benchmark tools") struct DialectScriptTests {
  /// A tool as the script has it: what it installs, and how it calls the figures that it reads.
  struct Tool {
    var name: String
    var version: String
    var figures: Set<String>
  }

  private static func tools() throws -> [Tool] {
    let root = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let script = try String(contentsOf: root.appending(path: "Scripts/dialects/compare.py"), encoding: .utf8)
    return script.matches(of: /"([a-z-]+)": \((\w+), \["[^"]*==([0-9.]+)"\]\)/).compactMap { match in
      guard let start = script.firstRange(of: "\ndef \(match.output.2)(run):") else { return nil }
      let body = script[start.upperBound...]
      let function = body.firstRange(of: "\n\n\n").map { body[..<$0.lowerBound] } ?? body
      let figures = function.matches(of: /"([A-Z][A-Za-z0-9]*(?: p[0-9]+)?)"\]?(?::| =)/).map { String($0.output.1) }
      return Tool(name: String(match.output.1), version: String(match.output.3), figures: Set(figures))
    }
  }

  @Test("The script installs the version that a dialect describes, and reads figures that the dialect has")
  func drift() async throws {
    let tools = try Self.tools()
    #expect(tools.count == 6)
    let run = try await Bench.run(["--json", "--dialects", tools.map(\.name).joined(separator: ",")])
    let dialects = try #require(try run.json()["report"]?["dialects"]?.array, "\(run.errors)")
    for tool in tools {
      let dialect = try #require(dialects.first { $0["dialect"]?.string == tool.name }, "\(tool.name)")
      let version = try #require(dialect["version"]?.string)
      #expect(tool.version == version || tool.version.hasPrefix(version + "."), "\(tool.name)")
      var known: Set<String> = []
      for figure in dialect["figures"]?.array ?? [] {
        let name = try #require(figure["name"]?.string)
        known.insert(name)
        for entry in figure["latency_ms"]?["percentiles"]?.array ?? [] {
          known.insert("\(name) p\(entry["p"]?.number.map { Int($0) } ?? 0)")
        }
      }
      #expect(!tool.figures.isEmpty && tool.figures.isSubset(of: known), "\(tool.name): \(tool.figures), \(known)")
    }
  }
}
