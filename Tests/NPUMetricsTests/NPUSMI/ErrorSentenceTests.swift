import NPUMetrics
import Testing

@Suite("Sentences by which npu-smi fails")
struct ErrorSentenceTests {
  static let sentences: [(text: String, kind: NPUSMIError.Kind, code: Int?)] = [
    ("dcmi module initialize failed. ret is -8005", .initializationFailed, -8005),
    ("dcmi module initialize failed. ret is -8012", .initializationFailed, -8012),
    ("dcmi model initialized failed, because the device is used. ret is -8020", .deviceInUse, -8020),
    ("dcmi model initialized failed, because the device is used. ret is -802", .deviceInUse, -802),
    ("npu get board type failed. ret is -9005", .boardTypeUnknown, -9005),
    ("Failed to execute npu-smi info. ret is -9019.", .queryFailed, -9019),
    ("Failed to get card number.", .queryFailed, nil),
    ("Failed to query card total info.", .queryFailed, nil), ("Failed to query \"usages\" info.", .queryFailed, nil),
    ("Failed to query \"temp\" result.", .queryFailed, nil), ("Failed to query npu chip: 1 info.", .queryFailed, nil),
    ("This device does not support querying volt.", .unsupported, nil),
    ("This device does not support querying watch info.", .unsupported, nil),
    ("Invalid card id.\nUsage: npu-smi info <watch|proc|-h|-m|-l|-t type> [Options...]", .invalidArgument, nil),
    ("Invalid chip id.", .invalidArgument, nil), ("Invalid phy id.", .invalidArgument, nil),
    ("Error parameter of -i", .invalidArgument, nil), ("This command must input card id.", .invalidArgument, nil),
    ("This command cannot be executed on a VM or container.", .notPermitted, nil),
    ("Operation not permitted, only root user on physical machine can call this api.", .notPermitted, nil),
    ("There is no NPU card on this server.", .noCard, nil), ("There is no NPU chip on this card.", .noChip, nil),
    ("bash: npu-smi: command not found", .commandNotFound, 127),
    ("sh: 1: npu-smi: not found", .commandNotFound, 127), ("zsh: command not found: npu-smi", .commandNotFound, 127),
  ]

  @Test("Each is a typed error with the code it states", arguments: sentences)
  func sentence(text: String, kind: NPUSMIError.Kind, code: Int?) throws {
    for text in [text, "\t" + text + "\r\n", "[root@host ~]# npu-smi info\n" + text] {
      let error = try #require(throws: NPUSMIError.self) { try ChipReport(parsing: text) }
      #expect(error.kind == kind)
      #expect(error.code == code)
      #expect(error.shortDescription == kind.rawValue)
    }
  }

  @Test("The lines before it are kept for whoever looks for the cause")
  func skipped() throws {
    let text = "DrvMngGetConsoleLogLevel failed. (ret=4)\ndcmi module initialize failed. ret is -8005\n"
    let error = try #require(throws: NPUSMIError.self) { try ChipReport(parsing: text) }
    #expect(error.skippedLines == ["DrvMngGetConsoleLogLevel failed. (ret=4)"])
    #expect(error.text == "dcmi module initialize failed. ret is -8005")
    #expect("\(error)".contains("driver is not loaded"))
  }

  @Test("Inside an answer that holds values it is a diagnostic")
  func partial() throws {
    let text = """
      \tNPU ID                         : 0
      \tChip Count                     : 2

      \tFailed to query npu chip: 0 info.

      \tNPU Real-time Power(W)         : 103.5
      \tChip ID                        : 1
      """
    let report = try ChipReport(parsing: text)
    #expect(report.chips.map(\.powerWatts) == [103.5])
    #expect(report.diagnostics == [NPUSMIDiagnostic(kind: .toolMessage, text: "Failed to query npu chip: 0 info.")])
  }

  @Test("A documented code has a meaning, one that lost a digit has none", arguments: [-8005, -8020, -8255, -9005])
  func meaning(code: Int) {
    #expect(NPUSMICode(rawValue: code).meaning != nil)
    #expect(NPUSMICode(rawValue: code / 10).meaning == nil)
  }
}
