internal import NPUBase
internal import NPUServices

extension Check where Context == MultimodalCheckContext {
  /// The model reads a text in an image.
  static var reading: Check {
    Check(
      "mm.text", "The model reads a text in an image",
      requirement: "The response names the text that is drawn in an image, by keywords or a judge of one's own.",
      knownDeviations: "A model without training fails whatever the server does.", needs: [.images],
      tags: [.multimodal, .semantic]
    ) { context in
      try await judge("Which text stands in this image?", [context.writtenImage], context.readingJudge, context)
    }
  }

  /// The model reads a chart.
  static var chart: Check {
    Check(
      "mm.chart", "The model reads a chart",
      requirement: "The response names the highest of three bars, by keywords or a judge of one's own.",
      knownDeviations: "A model without training fails whatever the server does.", needs: [.images],
      tags: [.multimodal, .semantic]
    ) { context in
      try await judge(
        "Which city has the highest bar? Answer with its name alone.", [context.chartImage], context.chartJudge,
        context)
    }
  }

  /// The model sees frames in their order.
  static var frames: Check {
    Check(
      "mm.frames", "The model sees frames in their order",
      requirement: "The response names the numbers in four images in their order, by a judge that may be replaced.",
      knownDeviations: "A model without training fails whatever the server does.",
      needs: [.images, .fourImages],
      tags: [.multimodal, .semantic]
    ) { context in
      try await judge(
        "Each image shows a number. Write the numbers in the order of the images, and nothing else.",
        context.frameImages, context.framesJudge, context)
    }
  }

  private static func judge(
    _ question: String, _ images: [TestImage], _ judge: ResponseJudge, _ context: MultimodalCheckContext
  ) async throws -> Finding {
    func answer(to images: [TestImage]) async throws -> String {
      let request = try context.request(question, images, tokens: context.llm.semanticTokens)
      let answer = try await context.llm.chat.complete(request)
      try answer.presumeShown()
      return answer.text ?? ""
    }
    let finding = try await judge.finding(for: try await answer(to: images))
    guard finding.verdict == .pass else { return finding }
    // A response that is right for images without any content was not read in the images.
    let blank = try await answer(to: images.map { _ in try .solid(.yellow, width: 224, height: 224) })
    try Finding.presume(
      try await judge.objection(blank) != nil,
      "the response to images without content, \"\(Excerpt.of(blank, limit: 100))\", is as right; judged by \(judge.name), "
        + "nothing can be told")
    return finding
  }
}
