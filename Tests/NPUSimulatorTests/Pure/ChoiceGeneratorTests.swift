import Testing

@testable import NPUSimulator

@Suite struct ChoiceGeneratorTests {
  private func request(_ members: String, _ behaviour: Behaviour) throws -> GenerationRequest {
    let json = #"{"messages":[{"role":"user","content":"Hi"}]\#(members.isEmpty ? "" : ",")\#(members)}"#
    return try RequestReader(try JSONParser.parse(Array(json.utf8)), behaviour: behaviour).read(.chat)
  }

  private func run(
    _ members: String, _ behaviour: Behaviour = Behaviour(), index: Int = 0
  ) throws -> (pieces: [Piece], finish: Finish?) {
    var generator = ChoiceGenerator(try request(members, behaviour), behaviour, index: index)
    var pieces: [Piece] = []
    while let piece = generator.next() { pieces.append(piece) }
    #expect(generator.produced == pieces.count)
    return (pieces, generator.finish)
  }

  private func text(_ pieces: [Piece], _ kind: Piece.Kind = .content) -> [UInt8] {
    pieces.filter { $0.kind == kind }.flatMap(\.text)
  }

  @Test(
    "Length and reason follow limits",
    arguments: [
      ("", 64, "stop"), (#""max_tokens":5"#, 5, "length"), (#""max_tokens":64"#, 64, "length"),
      (#""max_tokens":65"#, 64, "stop"), (#""max_tokens":100,"ignore_eos":true"#, 100, "length"),
      (#""min_tokens":80,"max_tokens":100"#, 80, "stop"), (#""max_tokens":70,"min_tokens":70"#, 70, "length"),
    ])
  func lengths(members: String, count: Int, reason: String) throws {
    let (pieces, finish) = try run(members)
    #expect(pieces.count == count)
    #expect(finish?.reason == reason)
    #expect(Tokenizer.count(text(pieces)) == count)
  }

  @Test("Every script's answer has as many tokens as its text", arguments: Script.allCases)
  func scripts(script: Script) throws {
    let behaviour = Behaviour(outputTokens: 500).with {
      $0.script = script
      $0.reasoningTokens = 100
    }
    let (pieces, _) = try run("", behaviour)
    #expect(Tokenizer.count(text(pieces)) == 500)
    #expect(Tokenizer.count(text(pieces, .reasoning)) == 100)
  }

  @Test("Seed, prompt and choice decide the text and nothing else does") func deterministic() throws {
    let behaviour = Behaviour()
    let first = try run(#""seed":1,"n":2"#).pieces
    #expect(first == (try run(#""seed":1,"n":2,"user":"me""#).pieces))
    #expect(first != (try run(#""seed":2,"n":2"#).pieces))
    #expect(first != (try run(#""seed":1,"n":2"#, behaviour, index: 1).pieces))
  }

  @Test("A fixed text is given as it is, and cut by the limit") func fixed() throws {
    let behaviour = Behaviour().with { $0.text = "The answer is 42." }
    let whole = try run("", behaviour)
    #expect(text(whole.pieces) == Array("The answer is 42.".utf8))
    #expect(whole.finish?.reason == "stop")
    let cut = try run(#""max_tokens":3"#, behaviour)
    #expect(text(cut.pieces) == Array("The answer".utf8))
    #expect(cut.finish?.reason == "length")
  }

  @Test("A stop string ends the text and is named, but not before the least number of tokens") func stop() throws {
    let behaviour = Behaviour().with { $0.text = "one two three two four" }
    let early = try run(#""stop":["two"]"#, behaviour)
    #expect(text(early.pieces) == Array("one ".utf8))
    #expect(early.finish == Finish(reason: "stop", stop: "two"))
    #expect(early.pieces.count == 2)
    let late = try run(#""stop":["two"],"min_tokens":3"#, behaviour)
    #expect(text(late.pieces) == Array("one two three ".utf8))
  }

  @Test("A behaviour's finish reason replaces the true one") func abort() throws {
    #expect(try run("", Behaviour().with { $0.finishReason = "abort" }).finish?.reason == "abort")
  }

  @Test("Arguments obey the schema") func arguments() throws {
    let schema =
      #"{"type":"object","properties":{"city":{"type":"string"},"unit":{"enum":["C","F"]},"#
      + #""days":{"type":"integer","minimum":1,"maximum":7},"deep":{"type":"object","properties":{"on":{"type":"#
      + #""boolean"}}},"list":{"type":"array","items":{"type":"number"}},"kind":{"const":"x\"y"}},"required":["city"]}"#
    for seed in 0..<50 as Range<UInt64> {
      var maker = ToolCallMaker(seed: seed)
      let text = maker.arguments(for: try JSONParser.parse(Array(schema.utf8)))
      let value = try JSONParser.parse(Array(text.utf8))
      #expect(value["city"]?.stringValue != nil)
      #expect(["C", "F"].contains(value["unit"]?.stringValue))
      #expect((1...7).contains(value["days"]?.integerValue ?? 0))
      #expect(value["deep"]?["on"]?.boolValue != nil)
      #expect(value["list"]?.arrayValue?.count == 1)
      #expect(value["kind"]?.stringValue == "x\"y")
    }
  }
}
