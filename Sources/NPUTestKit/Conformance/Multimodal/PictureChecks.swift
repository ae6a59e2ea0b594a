import HTTPTypes
internal import NPUBase
import NPUMetrics
internal import NPUServices
internal import NPUTransport

extension Check where Context == MultimodalCheckContext {
  /// A picture reaches the model.
  static var picture: Check {
    Check(
      "mm.image", "A picture reaches the model",
      requirement:
        "A chat with a picture is answered, and pictures of four colours do not all get the same answer at temperature 0.",
      needs: [.pictures], tags: [.multimodal, .basic]
    ) { context in
      var answers: [String] = []
      for color in [TestColor.red, .blue, .yellow, .black] {
        let picture = try TestImage.solid(color, width: 224, height: 224)
        let request = try context.request("What colour is this?", [picture])
        answers.append(try await context.llm.chat.complete(request).generated)
      }
      try Finding.demand(answers.contains { !$0.isEmpty }, "the answers are empty")
      try Finding.demand(
        Set(answers).count > 1,
        "four pictures of different colours get one answer, \"\(Excerpt.of(answers[0], limit: 160))\"")
      return .pass(
        "\(Set(answers).count) different answers to 4 pictures, the first \"\(Excerpt.of(answers[0], limit: 100))\"")
    }
  }

  /// Several pictures of one message all reach the model.
  static var pictures: Check {
    Check(
      "mm.images", "Several pictures reach the model",
      requirement:
        "A message with two pictures is answered, and another second picture changes the answer at temperature 0.",
      needs: [.pictures, .severalPictures], tags: [.multimodal]
    ) { context in
      let first = try TestImage.solid(.red, width: 224, height: 224)
      var answers: [String] = []
      for color in [TestColor.blue, .yellow, .black] {
        let second = try TestImage.solid(color, width: 224, height: 224)
        let request = try context.request("Compare these two.", [first, second])
        answers.append(try await context.llm.chat.complete(request).generated)
      }
      try Finding.demand(
        Set(answers).count > 1,
        "three different second pictures get one answer, \"\(Excerpt.of(answers[0], limit: 160))\"")
      return .pass("\(Set(answers).count) different answers to 3 pairs")
    }
  }

  /// The order of pictures reaches the model.
  static var order: Check {
    Check(
      "mm.images.order", "The order of pictures reaches the model",
      requirement:
        "The same two pictures in the other order get another answer at temperature 0, for at least one of three pairs.",
      knownDeviations: "Two orders may have the same true answer; three pairs make that unlikely.",
      needs: [.pictures, .severalPictures], tags: [.multimodal]
    ) { context in
      for color in [TestColor.blue, .yellow, .black] {
        let pair = try [.red, color].map { try TestImage.solid($0, width: 224, height: 224) }
        let answers = try await [pair, pair.reversed()].asyncMap { pictures in
          try await context.llm.chat.complete(try context.request("Which is first?", pictures)).generated
        }
        if answers[0] != answers[1] { return .pass("the answer changes with the order") }
      }
      return .fail("three pairs of pictures get the same answers in both orders")
    }
  }

  /// A large picture is taken.
  static var largePicture: Check {
    Check(
      "mm.large", "A 4K picture is taken",
      requirement: "A chat with a picture of 3840 by 2160 pixels is answered.", needs: [.pictures], tags: [.multimodal]
    ) { context in
      let picture = try TestImage.testCard(width: context.largeWidth, height: context.largeHeight)
      let answer = try await context.llm.chat.complete(try context.request("Describe this.", [picture]))
      try Finding.demand(!answer.generated.isEmpty, "the answer is empty")
      return .pass("\(context.largeWidth)x\(context.largeHeight): \(answer.shown)")
    }
  }

  /// A chat with a picture is streamed.
  static var pictureStream: Check {
    Check(
      "mm.stream", "A chat with a picture is streamed",
      requirement:
        "A streamed answer to a picture ends with a finish reason and says what the whole answer says at temperature 0.",
      needs: [.pictures], tags: [.multimodal, .stream]
    ) { context in
      let request = try context.request("Describe this.", [try context.chartPicture])
      let streamed = try await context.llm.transcript(request).response
      try Finding.demand(streamed.choices.first?.finishReason != nil, "no chunk has a finish reason")
      let whole = try await context.llm.chat.complete(request)
      if streamed.generated == whole.generated { return .pass("both say \(whole.shown)") }
      let again = try await context.llm.chat.complete(request)
      try Finding.presume(
        again.generated == whole.generated, "two equal requests at temperature 0 differ without a stream")
      return .fail("the whole answer says \(whole.shown), the stream \(streamed.shown)")
    }
  }

  /// A chat without a picture is answered.
  static var noPicture: Check {
    Check(
      "mm.no-image", "A chat without a picture is answered",
      requirement: "A model that sees answers a chat of text alone.", tags: [.multimodal]
    ) { context in
      let answer = try await context.llm.chat.complete(context.llm.request("Say hello."))
      try Finding.demand(!answer.generated.isEmpty, "the answer is empty")
      return .pass("the answer is \(answer.shown)")
    }
  }

  /// A picture that cannot be read is refused.
  static var brokenPicture: Check {
    Check(
      "mm.error.broken-image", "A picture that cannot be read is refused",
      requirement:
        "Base64 with foreign characters, Base64 of a text, and half a picture are errors. Afterwards the service still answers.",
      needs: [.pictures], tags: [.multimodal, .errors], isolation: .alone
    ) { context in
      var notes: [String] = []
      for kind in [BrokenDataURL.invalidCharacters, .text, .cutPicture] {
        let message = ChatMessage.user(.imageURL(try kind.address()), .text("Describe this."))
        let body = try context.service.json(context.llm.request([message], tokens: 4), for: context.llm.chat.route)
        let refusal = Refusal(name: kind.rawValue)
        notes.append(try await refusal.judge(body, in: context.llm))
        try await refusal.demandAnswer(in: context.llm)
      }
      return .pass(notes.joined(separator: "; ") + "; the service answers afterwards")
    }
  }
}

extension Probe where Context == MultimodalCheckContext {
  /// Whether the model takes pictures at all.
  static var pictures: Probe { probe("an eye for pictures", pictures: 1) }

  /// Whether the server takes more than one.
  static var severalPictures: Probe { probe("an eye for several pictures", pictures: 2) }

  /// Whether the server takes as many as a short film has.
  static var fourPictures: Probe { probe("an eye for four pictures", pictures: 4) }

  private static func probe(_ name: String, pictures: Int) -> Probe {
    Probe(name) { context in
      let picture = try TestImage.solid(.red, width: 64, height: 64)
      let request = try context.request("What is this?", Array(repeating: picture, count: pictures), tokens: 4)
      let reply = try await context.llm.chat.reply(to: request)
      guard [400, 404, 415, 422, 500, 501].contains(reply.head.status.code) else { return .supported }
      // Only if the same request with one picture, or with none, is accepted, the pictures were the reason.
      let fewer = try context.request("What is this?", pictures > 1 ? [picture] : [], tokens: 4)
      _ = try await context.llm.chat.complete(fewer)
      return .notSupported("it answers status \(reply.head.status.code) \(ErrorBody(reply.body).message)")
    }
  }
}

extension Array {
  /// The results of a function that waits, one after another.
  fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async throws -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
