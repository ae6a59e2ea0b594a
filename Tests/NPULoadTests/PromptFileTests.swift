import Foundation
import NPULoad
import NPUServices
import TestSupport
import Testing

/// Writes a file for the time of a test.
@discardableResult
private func withFile<Result>(_ bytes: some Sequence<UInt8>, _ body: (String) async throws -> Result) async throws
  -> Result
{
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("prompts-\(UUID().uuidString)")
  try Data(bytes).write(to: url)
  defer { try? FileManager.default.removeItem(at: url) }
  return try await body(url.path)
}

@Suite("Prompts from a file: JSON Lines")
struct JSONLinesTests {
  @Test("Each form of line becomes its prompt")
  func forms() async throws {
    let lines = [
      #"{"prompt": "one", "output_tokens": 7, "other": [1]}"#, "",
      #"{"messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "#
        + #"[{"type": "text", "text": "two"}, {"type": "text", "text": " too"}]}], "max_tokens": 3}"#,
      #"{"prompt": [5, 6, 7], "max_completion_tokens": 2}"#, #""three\nlines""#, "four, as it stands\r", "   ",
      "[INST] five", "[1] A footnote?", #"[{"role": "user", "content": "six"}]"#, "[8, 9]",
      #"{"prompt": [{"role": "user", "content": "seven"}]}"#,
    ]
    let list = try await withFile(lines.joined(separator: "\n").utf8) { try PromptList.jsonLines(path: $0) }
    #expect(
      list.prompts == [
        Prompt(.text("one"), outputTokens: 7),
        Prompt(
          .messages([PromptMessage(role: "system", text: "be brief"), PromptMessage(role: "user", text: "two too")]),
          outputTokens: 3),
        Prompt(.tokens([5, 6, 7]), input: PromptLength(tokens: 3, source: .verified), outputTokens: 2),
        Prompt(.text("three\nlines")), Prompt(.text("four, as it stands")), Prompt(.text("[INST] five")),
        Prompt(.text("[1] A footnote?")), Prompt(.messages([PromptMessage(role: "user", text: "six")])),
        Prompt(.tokens([8, 9]), input: PromptLength(tokens: 2, source: .verified)),
        Prompt(.messages([PromptMessage(role: "user", text: "seven")])),
      ])
    #expect((0..<list.prompts.count).map { list.entry(at: $0) } == [1, 3, 4, 5, 6, 8, 9, 10, 11, 12])
    #expect(list.dataset?.entries == 10)
    #expect(list.dataset?.used == 10)
    #expect(!list.isCutOff)
    #expect(try await list.prompt(at: 10) == list.prompts[0])
    #expect(try await list.prompt(at: 15) == list.prompts[5])
  }

  @Test(
    "A bad line is named by its number",
    arguments: [
      #"{"prompt": "#, #"{"text": "x"}"#, #"{"prompt": 5}"#, #"{"prompt": "a", "messages": []}"#, #"{"messages": []}"#,
      #"{"prompt": "a", "output_tokens": 0}"#, #""unfinished"#,
      #"{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}"#,
      #"{"messages": [{"role": "user", "content": [{"type": "audio"}]}]}"#,
      #"{"messages": [{"role": "user"}]}"#, #"{"messages": "x"}"#, #"{"messages": [{"role": "user", "content": 5}]}"#,
      "42", " -1.5e3 ", "true", "null", "[]", #"["a", "b"]"#, #"[{"prompt": "a"}]"#, "[1, \"a\"]",
      #"[{"prompt": "a"}"#, #"["a" and more"#, #"{"prompt": ""}"#, #"" ""#, #"{"prompt": []}"#,
      #"{"prompt": ["a", "b"]}"#, #"{"prompt": null}"#, #"{"role": "user", "content": "x"}"#, #"{"conversations": []}"#,
      #"{"prompt": "a", "image_files": ["nowhere.png"]}"#, #"{"prompt": [1], "image_files": ["data:image/png;x"]}"#,
      "{}",
    ])
  func malformed(line: String) async throws {
    try await withFile("\"good\"\n\n\(line)\n\"good\"\n".utf8) { path in
      #expect {
        try PromptList.jsonLines(path: path)
      } throws: {
        let error = $0 as? PromptError
        let text = "\($0)"
        let hasNoLibraryWords = ["DecodingError", "corrupted", "Swift.", "--"].allSatisfy { !text.contains($0) }
        return error?.kind == .malformedEntry && error?.entry == 3 && "\($0)".hasPrefix("\(path):3: ")
          && hasNoLibraryWords
      }
    }
  }

  @Test(
    "A file that is a JSON array of prompts is read as such, however it is laid out",
    arguments: ["", "\n", "\n  ", "\r\n"], ["", "\u{FEFF}", "\n\n"])
  func arrays(space: String, start: String) async throws {
    let elements = [
      #"{"prompt": "a, [b"}"#, #""b""#, #"[{"role": "user", "content": "c"}]"#, "[7]", #"{"prompt": "d"}"#,
    ]
    let file = start + "[" + space + elements.joined(separator: "," + space) + space + "]" + space
    let list = try await withFile(file.utf8) { try PromptList.jsonLines(path: $0) }
    #expect(
      list.prompts == [
        Prompt(.text("a, [b")), Prompt(.text("b")), Prompt(.messages([PromptMessage(role: "user", text: "c")])),
        Prompt(.tokens([7]), input: PromptLength(tokens: 1, source: .verified)), Prompt(.text("d")),
      ])
    #expect((0..<5).map { list.entry(at: $0) } == [1, 2, 3, 4, 5])
    #expect(list.dataset?.entries == 5)
  }

  @Test(
    "A bad element of an array is named by its number, and no part of the file is sent as text",
    arguments: ["5", "null", "text", #"{"role": "user", "content": "x"}"#, #"["a"]"#, "", #"{"prompt": 5}"#])
  func badElements(element: String) async throws {
    try await withFile("[\"good\",\n\(element),\n\"good\"]".utf8) { path in
      #expect {
        try PromptList.jsonLines(path: path)
      } throws: {
        ($0 as? PromptError)?.entry == 2 && "\($0)".hasPrefix("\(path):2: The ")
      }
    }
  }

  @Test(
    "An array that is cut, or followed by more, is refused",
    arguments: [
      "[1,\n2,\n3]", "[1, 2, 3", "[-1,\n2]", #"[{"prompt": "a"},"#, #"[{"prompt": "a"}"#, "[",
      "[\n{\"prompt\": \"a\"}\n] x", "[]",
    ])
  func brokenArrays(text: String) async throws {
    try await withFile(text.utf8) { path in #expect(throws: PromptError.self) { try PromptList.jsonLines(path: path) } }
  }

  @Test("A conversation alone on one line is one prompt")
  func oneConversation() async throws {
    let line = #"[{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]"#
    for text in [line, line + "\n", "\n" + line + "\n\n"] {
      let list = try await withFile(text.utf8) { try PromptList.jsonLines(path: $0) }
      #expect(list.prompts.count == 1)
    }
    let two = try await withFile("\(line)\n\(line)".utf8) { try PromptList.jsonLines(path: $0) }
    #expect(two.prompts.count == 2)
  }

  @Test("Every byte of the file is shown to whoever computes its digest, also of what is not kept")
  func observed() async throws {
    let file = Array(("\u{FEFF}" + (0..<40_000).map { "line \($0)" }.joined(separator: "\n")).utf8)
    try await withFile(file) { path in
      for limits in [PromptFileLimits(), PromptFileLimits(prompts: 3), PromptFileLimits(totalBytes: 50)] {
        var seen: [UInt8] = []
        let list = try PromptList.jsonLines(path: path, limits: limits, observing: { seen += copy $0 })
        #expect(seen == file)
        #expect(list.dataset?.isCutOff == (limits != PromptFileLimits()))
      }
    }
  }

  @Test("Images and sounds stand before the text of a prompt, from files beside the file or from addresses")
  func media() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("media-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    try Data(png).write(to: folder.appendingPathComponent("a.png"))
    try Data([1, 2]).write(to: folder.appendingPathComponent("s.wav"))
    let both = folder.appendingPathComponent("both.jsonl").path
    try Data(#"{"prompt": "x", "image_files": ["a.png"], "audio_files": ["a.png"]}"#.utf8).write(
      to: URL(filePath: both))
    let sound = try ContentPart.audio(contentsOf: folder.appendingPathComponent("a.png").path)
    #expect(
      try PromptList.jsonLines(path: both).prompts == [
        Prompt(.messages([PromptMessage(role: "user", content: .parts([.image(png), sound, .text("x")]))]))
      ])
    let path = folder.appendingPathComponent("p.jsonl").path
    let lines = [
      #"{"prompt": "one", "image_files": ["a.png", "https://h/b.png"], "audio_files": ["s.wav"], "output_tokens": 4}"#,
      #"{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}, "#
        + #"{"type": "text", "text": "two"}]}]}"#,
    ]
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: path))
    let list = try PromptList.jsonLines(path: path)
    #expect(
      list.prompts == [
        Prompt(
          .messages([
            PromptMessage(
              role: "user",
              content: .parts([.image(png), .imageURL("https://h/b.png"), .audio([1, 2]), .text("one")]))
          ]), outputTokens: 4),
        Prompt(
          .messages([
            PromptMessage(
              role: "user",
              content: .parts([.other(["type": "image_url", "image_url": ["url": "x"]]), .text("two")]))
          ])),
      ])
    // What takes text alone takes none of them, and says so before it sends anything.
    for target in [PromptTarget.completion, .text(of: "an image")] {
      #expect { try list.check(target) } throws: { "\($0)".hasPrefix("\(path):1: ") }
    }
    try list.check(.chat)
  }

  @Test("A byte-order mark before the first line is no part of it")
  func byteOrderMark() async throws {
    let list = try await withFile([0xEF, 0xBB, 0xBF] + Array(#"{"prompt":"one"}"#.utf8)) {
      try PromptList.jsonLines(path: $0)
    }
    #expect(list.prompts == [Prompt(.text("one"))])
  }

  @Test("A line that is not UTF-8 is refused")
  func notUTF8() async throws {
    try await withFile([0x61, 0xFF, 0x62]) { path in
      #expect { try PromptList.jsonLines(path: path) } throws: { ($0 as? PromptError)?.entry == 1 }
    }
  }

  @Test("Lines across the pieces of a large file arrive whole, and the limits hold")
  func limits() async throws {
    let lines = (0..<3_000).map { "\($0):\(String(repeating: "é", count: $0 % 700))" }
    try await withFile(lines.joined(separator: "\n").utf8) { path in
      #expect(try PromptList.jsonLines(path: path).prompts == lines.map { Prompt(.text($0)) })

      let few = try PromptList.jsonLines(path: path, limits: PromptFileLimits(prompts: 10))
      #expect(few.prompts == lines.prefix(10).map { Prompt(.text($0)) })
      #expect(few.isCutOff)

      let exact = try PromptList.jsonLines(path: path, limits: PromptFileLimits(prompts: 3_000))
      #expect(!exact.isCutOff)

      let small = try PromptList.jsonLines(path: path, limits: PromptFileLimits(totalBytes: 5_000))
      #expect(small.isCutOff)
      #expect(small.prompts.count < 3_000)

      #expect {
        try PromptList.jsonLines(path: path, limits: PromptFileLimits(entryBytes: 600))
      } throws: {
        let error = $0 as? PromptError
        // Line i has its digits, a colon and two bytes for each of i letters.
        return error?.kind == .entryTooLong && error?.entry == 300
      }
    }
  }

  @Test("A shuffle keeps the prompts, follows its seed and changes their order")
  func shuffle() async throws {
    try await withFile((0..<100).map { "line \($0)" }.joined(separator: "\n").utf8) { path in
      let plain = try PromptList.jsonLines(path: path)
      let shuffled = try PromptList.jsonLines(path: path, shuffledBy: 1)
      #expect(Set(shuffled.prompts) == Set(plain.prompts))
      #expect(shuffled.prompts != plain.prompts)
      #expect(try PromptList.jsonLines(path: path, shuffledBy: 1) == shuffled)
      #expect(try PromptList.jsonLines(path: path, shuffledBy: 2) != shuffled)
    }
  }

  @Test("A missing or empty file says so")
  func missing() async throws {
    #expect { try PromptList.jsonLines(path: "/nowhere/at/all") } throws: {
      ($0 as? PromptError)?.kind == .unreadableFile && "\($0)".contains("/nowhere/at/all")
    }
    try await withFile("\n \n".utf8) { path in
      #expect { try PromptList.jsonLines(path: path) } throws: { ($0 as? PromptError)?.kind == .noPrompts }
    }
    #expect(throws: PromptError.self) { try PromptList([]) }
  }

  @Test("A fixed prompt is the same for every request")
  func fixed() async throws {
    let source = PromptList.fixed("hello", outputTokens: 5)
    #expect(source.count == 1)
    #expect(try await source.prompt(at: 0) == Prompt(.text("hello"), outputTokens: 5))
    #expect(try await source.prompt(at: 1_000_000) == Prompt(.text("hello"), outputTokens: 5))
  }
}

@Suite("Prompts from a file: ShareGPT")
struct ShareGPTTests {
  private static func conversation(_ turns: [(String, String)]) -> String {
    let list = turns.map { #"{"from": "\#($0.0)", "value": "\#($0.1)"}"# }.joined(separator: ", ")
    return #"{"id": "a]b,{", "conversations": [\#(list)]}"#
  }

  private static func words(_ count: Int, _ word: String = "w") -> String {
    Array(repeating: word, count: count).joined(separator: " ")
  }

  @Test("The first human turn and the response after it are taken, in the order of the file")
  func pairs() async throws {
    let file =
      "\u{FEFF}[\n"
      + [
        Self.conversation([("human", "a \\\"b\\\" ] c, d"), ("gpt", Self.words(9)), ("human", "later")]),
        Self.conversation([("system", "s"), ("user", Self.words(5, "x")), ("assistant", Self.words(6))]),
        Self.conversation([("gpt", Self.words(8)), ("human", Self.words(7, "y")), ("gpt", Self.words(4))]),
        Self.conversation([("human", Self.words(8))]), Self.conversation([]), #"{"other": 1}"#,
        Self.conversation([("human", Self.words(8)), ("human", Self.words(8))]),
      ].joined(separator: " ,\n") + "\n]\n"
    let list = try await withFile(file.utf8) {
      try await PromptList.shareGPT(path: $0, counter: RuleTokenizer.words(), parallelCounts: 2)
    }
    func prompt(_ text: String, _ input: Int, _ output: Int) -> Prompt {
      Prompt(.text(text), input: PromptLength(tokens: input, source: .verified), outputTokens: output)
    }
    #expect(
      list.prompts == [
        prompt("a \"b\" ] c, d", 5, 9), prompt(Self.words(5, "x"), 5, 6), prompt(Self.words(7, "y"), 7, 4),
      ])
  }

  @Test(
    "Lengths outside vLLM's limits are left out",
    arguments: [
      (3, 10, nil, false), (4, 4, nil, true), (4, 3, nil, false), (4, 3, 1, true), (1_024, 1_024, nil, true),
      (1_025, 10, nil, false), (1_024, 1_025, nil, false), (5, 2_000, 2_044, false), (4, 2_000, 2_044, true),
    ] as [(Int, Int, Int?, Bool)])
  func filter(prompt: Int, answer: Int, fixed: Int?, isKept: Bool) async throws {
    let good = Self.conversation([("human", "always four words here"), ("gpt", Self.words(4))])
    let tested = Self.conversation([("human", Self.words(prompt)), ("gpt", Self.words(answer))])
    let list = try await withFile("[\(good),\(tested)]".utf8) {
      try await PromptList.shareGPT(path: $0, outputTokens: fixed, counter: RuleTokenizer.words())
    }
    #expect((list.prompts.count == 2) == isKept)
    if let fixed { #expect(list.prompts.allSatisfy { $0.outputTokens == fixed }) }
  }

  @Test("Without a tokenizer lengths are four bytes a token and marked as estimated")
  func estimated() async throws {
    let file = "[\(Self.conversation([("human", "0123456789abcdef0"), ("gpt", "0123456789abcdefghij")]))]"
    let list = try await withFile(file.utf8) { try await PromptList.shareGPT(path: $0) }
    #expect(list.prompts.first?.input == PromptLength(tokens: 5, source: .estimated))
    #expect(list.prompts.first?.outputTokens == 5)
  }

  @Test("It is told how many entries are not used, and why")
  func skipped() async throws {
    let long = Self.conversation([("human", Self.words(1_025)), ("gpt", Self.words(9))])
    let short = Self.conversation([("human", "one two three"), ("gpt", Self.words(9))])
    let turns =
      #"{"conversations": [{"role": "user", "content": "a b c d"}, {"role": "assistant", "content": "a b c d"}]}"#
    let none = [
      Self.conversation([]), "{}", Self.conversation([("human", ""), ("gpt", "x")]),
      #"{"conversations": [{"from": "human", "value": null}, {"from": "gpt", "value": null}]}"#,
    ]
    let file = "[\((none + [long, short, turns]).joined(separator: ","))]"
    let list = try await withFile(file.utf8) { try await PromptList.shareGPT(path: $0, counter: RuleTokenizer.words()) }
    let dataset = try #require(list.dataset)
    #expect(dataset.name == "sharegpt")
    #expect(dataset.entries == 7)
    #expect(dataset.used == 1)
    #expect(dataset.skipped.values.sorted() == [1, 1, 4])
    #expect(list.entry(at: 5) == 7)
    let note = try #require(dataset.note(sends: 8))
    #expect(
      note.hasPrefix(
        "1 of 7 entries are usable; the only prompt is sent 8 times; skipped: 4 without a human turn and its answer, 1 "
      ))
    #expect(dataset.note(sends: .max)?.contains("is sent \(Int.max) times") == true)
  }

  @Test("A large file is cut at the limit and read across its pieces")
  func large() async throws {
    let entries = (0..<2_000).map { number in
      Self.conversation([("human", "question number \(number) of many"), ("gpt", Self.words(5 + number % 300))])
    }
    try await withFile("[\(entries.joined(separator: ","))]".utf8) { path in
      let all = try await PromptList.shareGPT(path: path, counter: RuleTokenizer.words())
      #expect(all.prompts.count == 2_000)
      #expect(all.prompts[1_999].content == .text("question number 1999 of many"))
      #expect(all.prompts[1_999].outputTokens == 5 + 1_999 % 300)
      let few = try await PromptList.shareGPT(
        path: path, limits: PromptFileLimits(prompts: 5), counter: RuleTokenizer.words())
      #expect(few.prompts == Array(all.prompts.prefix(5)))
      #expect(few.isCutOff)
    }
  }

  @Test(
    "A file that is no array of conversations is refused",
    arguments: [
      ("", PromptError.Kind.malformedEntry), ("{}", .malformedEntry), ("[{]", .malformedEntry),
      ("[1, 2]", .malformedEntry),
      ("[]", .noPrompts), ("[{}]", .noPrompts), (#"[{"a": "]"#, .malformedEntry), ("[] []", .malformedEntry),
      ("[{},]x", .malformedEntry),
    ])
  func refused(text: String, kind: PromptError.Kind) async throws {
    try await withFile(text.utf8) { path in
      await #expect {
        try await PromptList.shareGPT(path: path)
      } throws: {
        ($0 as? PromptError)?.kind == kind && "\($0)".contains(path)
      }
    }
  }
}
