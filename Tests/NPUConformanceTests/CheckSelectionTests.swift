import NPUBase
import NPUConformance
import Testing

@Suite("Choosing checks") struct CheckSelectionTests {
  @Test(
    "Identifiers and tags choose, skip takes away",
    arguments: [
      (CheckSelection(only: ["llm.chat", "llm.stop"]), ["llm.chat", "llm.stop"]),
      (CheckSelection(tags: [.tools]), ["llm.tools", "llm.tools.stream", "llm.tools.result"]),
      (CheckSelection(tags: [.tools], skip: ["stream"]), ["llm.tools", "llm.tools.result"]),
      (CheckSelection(only: ["llm.chat"], tags: [.logprobs]), ["llm.chat", "llm.logprobs"]),
      (CheckSelection(only: ["llm.chat"], skip: ["llm.chat"]), []),
    ])
  func choice(selection: CheckSelection, identifiers: [String]) throws {
    #expect(try CheckSuite.llm.selecting(selection).checks.map(\.id) == identifiers)
  }

  @Test("Everything is chosen by default") func everything() throws {
    #expect(try CheckSuite.llm.selecting(CheckSelection()).checks.count == CheckSuite.llm.checks.count)
  }

  @Test("A name of another suite chooses nothing, and is no error") func otherSuites() throws {
    let skip = CheckSelection(skip: [
      "llm.chat", "image.seed", "task.order", "asr.silence", "tts.voice", "mm.image", "logprobs",
    ])
    #expect(try CheckSuite.image.selecting(skip).checks.count == CheckSuite.image.checks.count - 1)
    #expect(try CheckSuite.task.selecting(skip).checks.count == CheckSuite.task.checks.count - 1)
    #expect(try CheckSuite.llm.selecting(skip).checks.count == CheckSuite.llm.checks.count - 2)
    #expect(try CheckSuite.health.selecting(skip).checks.count == CheckSuite.health.checks.count)
    #expect(try CheckSuite.speech.selecting(CheckSelection(only: ["llm.chat"])).checks.isEmpty)
    #expect(try CheckSuite.speech.selecting(CheckSelection(tags: [.logprobs])).checks.isEmpty)
  }

  @Test(
    "A name that nothing has is refused with the names that there are",
    arguments: [
      CheckSelection(only: ["llm.chatt"]), CheckSelection(tags: ["straem"]), CheckSelection(skip: ["llm.nothing"]),
    ])
  func unknown(selection: CheckSelection) throws {
    let error = #expect(throws: CheckSelection.UnknownName.self) { try CheckSuite.llm.selecting(selection) }
    let names = selection.only + selection.tags.map(\.rawValue) + selection.skip
    #expect(error?.name == names.first)
    #expect(error?.known.isEmpty == false)
  }
}
