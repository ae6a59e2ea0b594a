import Foundation
import NPUBase
import NPUReporting
import TestSupport
import Testing

/// Reads the JUnit document by another program's library: `pip install junitparser`, or a Python that has it named by
/// `NPUTESTKIT_PYTHON`.
@Suite("JUnit read by junitparser") struct JUnitPythonTests {
  private static let python = ProcessInfo.processInfo.environment["NPUTESTKIT_PYTHON"] ?? "/usr/bin/python3"

  private static let hasParser: Bool = (try? run("import junitparser").status) == 0

  private static let script = """
    import json, sys
    from junitparser import JUnitXml
    document = JUnitXml.fromfile(sys.argv[1])
    suite = next(iter(document))
    print(json.dumps({
      "tests": suite.tests, "failures": suite.failures, "errors": suite.errors, "skipped": suite.skipped,
      "cases": [[case.name] + [[type(r).__name__, r.message] for r in case.result] for case in suite]}))
    """

  @Test(
    "Counts and messages are the same",
    .enabled(if: hasParser, "needs a Python with junitparser; name it by NPUTESTKIT_PYTHON"))
  func counts() throws {
    let path = NSTemporaryDirectory() + "conformance-\(UUID().uuidString).xml"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(SampleConformance.report.junit.utf8).write(to: URL(filePath: path))
    let read = try JSONDecoder().decode(JSONValue.self, from: Data(try Self.run(Self.script, path).output.utf8))
    #expect(read["tests"] == 6)
    #expect(read["failures"] == 1)
    #expect(read["errors"] == 1)
    #expect(read["skipped"] == 3)
    let cases = try #require(read["cases"]?.array)
    #expect(cases.map { $0[1]?[0]?.string } == [nil, "Failure", "Skipped", "Skipped", "Error", "Skipped"])
    #expect(cases[1][1]?[1]?.string?.hasPrefix("a <b> & \"c\" 'd' | e\nf") == true)
    #expect(cases[4][1]?[1] == "because")
  }

  private static func run(_ code: String, _ arguments: String...) throws -> (status: Int32, output: String) {
    let pipe = Pipe()
    let process = try ChildProcess(python, ["-c", code] + arguments, output: pipe.fileHandleForWriting)
    try pipe.fileHandleForWriting.close()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    return (process.waitUntilEnd().status, String(decoding: output, as: UTF8.self))
  }
}
