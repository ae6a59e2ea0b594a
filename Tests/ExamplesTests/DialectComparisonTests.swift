import Foundation
import NPUTestKit
import Testing

/// Runs our half of `Scripts/compare-dialects.sh`, which needs no other tool than Python.
@Suite("The comparison with other benchmark tools") struct DialectComparisonTests {
  private static let python = ProcessInfo.processInfo.environment["NPUTESTKIT_PYTHON"] ?? "/usr/bin/python3"
  private static let hasPython = FileManager.default.isExecutableFile(atPath: python)

  private static let script = """
    import json, sys, types
    sys.path.insert(0, sys.argv[1])
    sys.dont_write_bytecode = True
    import compare
    compare.REQUESTS = 2
    options = types.SimpleNamespace(llm_bench=sys.argv[2], reasoning=False)
    with compare.Server(options) as server:
        title, version, figures = compare.ours(options, "vllm", server.port)
    print(json.dumps({"title": title, "version": version, "figures": figures}))
    """

  @Test(
    "llm-bench takes the flags that the script gives it",
    .enabled(if: hasPython, "needs Python; name it by NPUTESTKIT_PYTHON"))
  func ours() throws {
    let scripts = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
      .appending(path: "Scripts/dialects").path
    let process = Process()
    process.executableURL = URL(filePath: Self.python)
    process.arguments = ["-c", Self.script, scripts, try Example.path(of: "llm-bench")]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let read = try JSONDecoder().decode(JSONValue.self, from: output)
    #expect(read["title"]?.string?.isEmpty == false)
    // The server waits so long, whatever the machine does.
    #expect(try #require(read["figures"]?["TTFT"]?.number) >= 100)
    #expect(try #require(read["figures"]?["E2EL"]?.number) >= 300)
  }
}
