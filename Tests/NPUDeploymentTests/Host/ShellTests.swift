import Foundation
import TestSupport
import Testing

@testable import NPUDeployment

@Suite("Words for a shell") struct ShellTests {
  private static let texts = [
    "", " ", "plain", "it's", "''", "a b\tc", "$HOME `id` $(id)", "\\", "\\n", "\"", "*?[a]", "!1", "line\nbreak\n",
    "-n",
    "é 中文", "a;b|c&d>e<f#g~h", "a\r\nb", "x'\u{301};exit 9;'", "'\u{200D}",
  ]

  @Test("come out of a shell as they were", arguments: texts, [true, false])
  func quoted(text: String, isOnOneLine: Bool) async throws {
    let word = isOnOneLine ? ShellText.quotedOnOneLine(text) : ShellText.quoted(text)
    if isOnOneLine { #expect(!word.contains("\n")) }
    let folder = try TemporaryFolder()
    let script = "n=$(printf '\\n_'); n=${n%_}; printf %s \(word) >out"
    let end = try await ChildProcess("/bin/sh", ["-c", script], in: folder.path).ended()
    #expect(end.status == 0)
    #expect(try folder.text("out") == text)
  }

  @Test("are quoted for people only where they must be")
  func readable() {
    #expect(ShellText.readable("/data/m-1.0_x:y=z,@%+") == "/data/m-1.0_x:y=z,@%+")
    #expect(ShellText.readable("") == "''")
    #expect(ShellText.readable("a b") == "'a b'")
  }

  @Test("reach another machine as one word")
  func host() {
    let host = ServiceHost.ssh("root@npu-1", options: ["-p", "2222"])
    #expect(host.run(["npu-smi", "info"]).suffix(4) == ["-p", "2222", "root@npu-1", "'npu-smi' 'info'"])
    #expect(host.run(["x"]).starts(with: ["ssh", "-T", "-o", "BatchMode=yes"]))
    #expect(host.shell("a\nb", ["c'd"]).last == "exec '/bin/sh' '-c' 'a\nb' 'nputestkit' 'c'\\''d'")
    #expect(ServiceHost.local.run(["npu-smi"]) == ["npu-smi"])
    #expect(!KeeperScript.text.contains("'"))
  }

  @Test(
    "reports of the shell are read, and nothing else",
    arguments: [
      ("hello", .hello), ("pid 3 4711", .launched(3, process: 4711)), ("failed 2 folder", .failed(2, reason: "folder")),
      ("ended 1 137 1", .ended(1, status: 137, leavesOthers: true)),
      ("ended 1 0 0", .ended(1, status: 0, leavesOthers: false)),
      ("left 7 12 VLLM::EngineCor", .left(7, ServiceRemnant(processID: 12, name: "VLLM::EngineCor"))),
      ("left 7 12 Web Content)", .left(7, ServiceRemnant(processID: 12, name: "Web Content)"))),
      ("stuck 1 5", .stuck(1, process: 5)), ("done 9 1", .done(9, status: 1)), ("", nil), ("Welcome to npu-1", nil),
      ("hello there", nil), ("pid 1", nil), ("pid x 1", nil), ("pid 1 x", nil), ("done 1 99999999999", nil),
    ] as [(String, KeeperReport?)])
  func reports(line: String, report: KeeperReport?) {
    #expect(KeeperReport(line) == report)
  }
}
