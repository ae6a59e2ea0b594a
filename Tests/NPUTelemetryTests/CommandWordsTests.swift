import NPUTelemetry
import Testing

@Suite("The words of a command")
struct CommandWordsTests {
  @Test(
    "are parted as a shell parts them",
    arguments: [
      ("npu-smi", ["npu-smi"]), ("  ssh\thost  npu-smi ", ["ssh", "host", "npu-smi"]),
      ("ssh -o 'User Name=x y' host", ["ssh", "-o", "User Name=x y", "host"]),
      (#"a "b \" c" d"#, ["a", #"b " c"#, "d"]), (#"a\ b c"#, ["a b", "c"]), ("a '' b", ["a", "", "b"]),
      (#"'a\b' "a\b""#, [#"a\b"#, #"a\b"#]), ("a'b'c", ["abc"]),
    ])
  func split(_ line: String, _ words: [String]) throws {
    #expect(try CommandWords.split(line) == words)
  }

  @Test(
    "are refused where a quote is open, a backslash ends the line, or there is none",
    arguments: ["'a", "a \"", "a\\", "", "  "])
  func malformed(_ line: String) {
    #expect(throws: CommandWords.Malformed.self) { try CommandWords.split(line) }
  }
}
