import HTTPTypes
internal import NPUBase
import NPUMetrics
internal import NPUServices
internal import NPUTransport

extension Check where Context == MultimodalCheckContext {
  /// An image reaches the model.
  static var image: Check {
    Check(
      "mm.image", "An image reaches the model",
      requirement:
        "A chat with an image is answered, and images of four colours do not all get the same response at temperature 0.",
      needs: [.images], tags: [.multimodal, .basic]
    ) { context in
      var answers: [String] = []
      for color in [TestColor.red, .blue, .yellow, .black] {
        let image = try TestImage.solid(color, width: 224, height: 224)
        let request = try context.request("What colour is this?", [image])
        answers.append(try await context.answer(to: request))
      }
      try Finding.demand(
        Set(answers).count > 1,
        "four images of different colours get one response, \"\(Excerpt.of(answers[0], limit: 160))\"")
      try await context.presumeRepeats(answers[0], "What colour is this?", [.solid(.red, width: 224, height: 224)])
      return .pass(
        "\(Set(answers).count) different responses to 4 images, the first \"\(Excerpt.of(answers[0], limit: 100))\"")
    }
  }

  /// Several images of one message all reach the model.
  static var images: Check {
    Check(
      "mm.images", "Several images reach the model",
      requirement:
        "A message with two images is answered, and another second image changes the response at temperature 0.",
      needs: [.images, .severalImages], tags: [.multimodal]
    ) { context in
      let first = try TestImage.solid(.red, width: 224, height: 224)
      var answers: [String] = []
      for color in [TestColor.blue, .yellow, .black] {
        let second = try TestImage.solid(color, width: 224, height: 224)
        let request = try context.request("Compare these two.", [first, second])
        answers.append(try await context.answer(to: request))
      }
      try Finding.demand(
        Set(answers).count > 1,
        "three different second images get one response, \"\(Excerpt.of(answers[0], limit: 160))\"")
      try await context.presumeRepeats(
        answers[0], "Compare these two.", [first, .solid(.blue, width: 224, height: 224)])
      return .pass("\(Set(answers).count) different responses to 3 pairs")
    }
  }

  /// The order of images reaches the model.
  static var order: Check {
    Check(
      "mm.images.order", "The order of images reaches the model",
      requirement:
        "The same two images in the other order get another response at temperature 0, for at least one of three pairs.",
      knownDeviations: "Two orders may have the same true answer; three pairs make that unlikely.",
      needs: [.images, .severalImages], tags: [.multimodal]
    ) { context in
      for color in [TestColor.blue, .yellow, .black] {
        let pair = try [.red, color].map { try TestImage.solid($0, width: 224, height: 224) }
        let answers = try await [pair, pair.reversed()].asyncMap { images in
          try await context.answer(to: try context.request("Which is first?", images))
        }
        guard answers[0] != answers[1] else { continue }
        try await context.presumeRepeats(answers[0], "Which is first?", pair)
        return .pass("the response changes with the order")
      }
      return .fail("three pairs of images get the same responses in both orders")
    }
  }

  /// A large image is taken.
  static var largeImage: Check {
    Check(
      "mm.large", "A 4K image is taken",
      requirement: "A chat with an image of 3840 by 2160 pixels is answered.", needs: [.images], tags: [.multimodal]
    ) { context in
      let image = try TestImage.testCard(width: context.largeWidth, height: context.largeHeight)
      let answer = try await context.llm.chat.complete(try context.request("Describe this.", [image]))
      try answer.demandText()
      return .pass("\(context.largeWidth)x\(context.largeHeight): \(answer.shown)")
    }
  }

  /// A chat with an image is streamed.
  static var imageStream: Check {
    Check(
      "mm.stream", "A chat with an image is streamed",
      requirement:
        "A streamed response to an image ends with a finish reason and says what the whole response says at temperature 0.",
      needs: [.images], tags: [.multimodal, .stream]
    ) { context in
      let request = try context.request("Describe this.", [try context.chartImage])
      let streamed = try await context.llm.transcript(request).response
      try Finding.demand(streamed.choices.first?.finishReason != nil, "no chunk has a finish reason")
      let whole = try await context.llm.chat.complete(request)
      for answer in [whole, streamed] { try answer.demandText() }
      if streamed.generated == whole.generated { return .pass("both say \(whole.shown)") }
      let again = try await context.llm.chat.complete(request)
      try Finding.presume(
        again.generated == whole.generated, "two equal requests at temperature 0 differ without a stream")
      return .fail("the whole response says \(whole.shown), the stream \(streamed.shown)")
    }
  }

  /// A chat without an image is answered.
  static var noImage: Check {
    Check(
      "mm.no-image", "A chat without an image is answered",
      requirement: "A model that sees answers a chat of text alone.", tags: [.multimodal]
    ) { context in
      let answer = try await context.llm.chat.complete(context.llm.request("Say hello."))
      try answer.demandText()
      return .pass("the response is \(answer.shown)")
    }
  }

  /// An image that cannot be read is refused.
  static var brokenImage: Check {
    Check(
      "mm.error.broken-image", "An image that cannot be read is refused",
      requirement:
        "Base64 with foreign characters, Base64 of a text, and half an image are errors. Afterwards the service still answers.",
      needs: [.images], tags: [.multimodal, .errors], isolation: .alone
    ) { context in
      var notes: [String] = []
      for (name, body) in try context.brokenBodies() {
        let refusal = Refusal(name: name)
        notes.append(try await refusal.judge(body, in: context.llm))
        try await refusal.demandResponse(in: context.llm)
      }
      return .pass(notes.joined(separator: "; ") + "; the service answers afterwards")
    }
  }
}

extension Check where Context == MultimodalCheckContext {
  /// Refusals blame the client.
  static var refusalStatus: Check {
    blamesClient(
      "mm.error.status", knownDeviations: "vLLM answers an address that it cannot reach with 500.", needs: [.images]
    ) { context in
      let unreachable = try context.body(withImageAt: "http://image.invalid/a.png")
      let bodies = try context.brokenBodies() + [("an address of no server", unreachable)]
      return bodies.map { name, body in (name, { try await context.llm.send(raw: body) }) }
    }
  }
}

extension MultimodalCheckContext {
  /// Chats with an image that cannot be read.
  fileprivate func brokenBodies() throws -> [(name: String, body: [UInt8])] {
    try [BrokenDataURL.invalidCharacters, .text, .cutImage].map { kind in
      (kind.rawValue.spaced, try body(withImageAt: try kind.address()))
    }
  }

  /// A chat with the image of an address.
  fileprivate func body(withImageAt address: String) throws -> [UInt8] {
    let message = ChatMessage.user(.imageURL(address), .text("Describe this."))
    return try service.json(llm.request([message], tokens: 4), for: llm.chat.route)
  }

  /// Everything that a response says; one that says nothing fails the check.
  fileprivate func answer(to request: ChatRequest) async throws -> String {
    let answer = try await llm.chat.complete(request)
    try answer.demandText()
    return answer.generated
  }

  /// Ends the check as inconclusive if the same images get another response: then a difference says nothing of images.
  fileprivate func presumeRepeats(_ answer: String, _ question: String, _ images: [TestImage]) async throws {
    let again = try await self.answer(to: try request(question, images))
    try Finding.presume(
      again == answer,
      "two equal requests at temperature 0 are answered differently, so that the images need not be the reason: "
        + "\"\(Excerpt.of(answer, limit: 80))\" and \"\(Excerpt.of(again, limit: 80))\"")
  }
}

extension Probe where Context == MultimodalCheckContext {
  /// Whether the model takes images at all.
  static var images: Probe { probe("image input", images: 1) }

  /// Whether the server takes more than one.
  static var severalImages: Probe { probe("input of several images", images: 2) }

  /// Whether the server takes as many as a short film has.
  static var fourImages: Probe { probe("input of four images", images: 4) }

  private static func probe(_ name: String, images: Int) -> Probe {
    Probe(name) { context in
      let image = try TestImage.solid(.red, width: 64, height: 64)
      let request = try context.request("What is this?", Array(repeating: image, count: images), tokens: 4)
      let response = try await context.llm.chat.response(to: request)
      guard [400, 404, 415, 422, 500, 501].contains(response.head.status.code) else { return .supported }
      // Only if the same request with one image, or with none, is accepted, the images were the reason.
      let fewer = try context.request("What is this?", images > 1 ? [image] : [], tokens: 4)
      _ = try await context.llm.chat.complete(fewer)
      return .notSupported("it answers status \(response.head.status.code) \(ErrorBody(response.body).message)")
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
