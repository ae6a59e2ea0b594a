internal import NPUServices

extension Check where Context == MultimodalCheckContext {
  /// The model reads a text in a picture.
  static var reading: Check {
    Check(
      "mm.text", "The model reads a text in a picture",
      requirement: "The reply names the text that is drawn in a picture, by keywords or a judge of one's own.",
      knownDeviations: "A model without training fails whatever the server does.", needs: [.pictures],
      tags: [.multimodal, .semantic]
    ) { context in
      try await judge("Which text stands in this picture?", [context.writtenPicture], context.readingJudge, context)
    }
  }

  /// The model reads a chart.
  static var chart: Check {
    Check(
      "mm.chart", "The model reads a chart",
      requirement: "The reply names the highest of three bars, by keywords or a judge of one's own.",
      knownDeviations: "A model without training fails whatever the server does.", needs: [.pictures],
      tags: [.multimodal, .semantic]
    ) { context in
      try await judge(
        "Which city has the highest bar? Answer with its name alone.", [context.chartPicture], context.chartJudge,
        context)
    }
  }

  /// The model sees frames in their order.
  static var frames: Check {
    Check(
      "mm.frames", "The model sees frames in their order",
      requirement: "The reply names the numbers in four pictures in their order, by a judge that may be replaced.",
      knownDeviations: "A model without training fails whatever the server does.",
      needs: [.pictures, .fourPictures],
      tags: [.multimodal, .semantic]
    ) { context in
      try await judge(
        "Each picture shows a number. Write the numbers in the order of the pictures, and nothing else.",
        context.framePictures, context.framesJudge, context)
    }
  }

  private static func judge(
    _ question: String, _ pictures: [TestImage], _ judge: ReplyJudge, _ context: MultimodalCheckContext
  ) async throws -> Finding {
    let request = try context.request(question, pictures, tokens: context.llm.semanticTokens)
    let answer = try await context.llm.chat.complete(request)
    return try await judge.finding(for: answer.text ?? "")
  }
}

extension Suite where Context == MultimodalCheckContext {
  /// What an OpenAI-compatible server of a model that sees must do with pictures.
  ///
  /// ``Suite/llm`` has what holds for text.
  public static var multimodal: Suite {
    Suite(
      "multimodal",
      checks: [
        .picture, .pictures, .order, .largePicture, .reading, .chart, .frames, .pictureStream, .noPicture,
        .brokenPicture,
      ])
  }
}
