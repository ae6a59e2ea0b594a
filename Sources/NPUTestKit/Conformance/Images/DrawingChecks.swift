internal import NPUServices

extension Check where Context == ImageCheckContext {
  /// What a picture must not show is heeded.
  static var negativePrompt: Check {
    Check(
      "image.negative-prompt", "A negative prompt is heeded",
      requirement: "A negative prompt is accepted and changes the picture of a seed.",
      knownDeviations:
        "Servers of a few lines do not read it; distilled models without guidance cannot heed it.",
      tags: [.sampling]
    ) { context in
      let plain = try await context.picture()
      let steered = try await context.picture { $0.negativePrompt = context.negativePrompt }
      try Finding.demand(
        plain != steered, "the picture is the same with and without the negative prompt \"\(context.negativePrompt)\"")
      return .pass("with the negative prompt \(steered.difference(from: plain))")
    }
  }

  /// One request makes several pictures.
  static var batch: Check {
    Check(
      "image.batch", "One request makes several pictures",
      requirement: "A request for four pictures is answered by four pictures of which no two are equal.",
      knownDeviations: "Servers of a few lines answer the first alone.", tags: [.sampling]
    ) { context in
      var request = context.request(seed: 4711)
      request.count = 4
      let pictures = try await context.client.generate(request).images.map { try CheckedPicture($0) }
      let distinct = Set(pictures).count
      try Finding.demand(distinct == pictures.count, "of \(pictures.count) pictures only \(distinct) are different")
      return .pass("\(pictures.count) different pictures of \(pictures[0].size) pixels")
    }
  }

  /// The number of steps is heeded.
  static var steps: Check {
    Check(
      "image.steps", "The number of steps is heeded",
      requirement:
        "Each of several numbers of steps, by default 10, 30 and 50, gives a valid picture, each another one.",
      tags: [.sampling]
    ) { context in
      var pictures: [CheckedPicture] = []
      for count in context.stepCounts {
        let picture = try await context.picture { $0.steps = count }
        if let twin = pictures.firstIndex(of: picture) {
          return .fail("\(context.stepCounts[twin]) and \(count) steps give the same picture")
        }
        pictures.append(picture)
      }
      return .pass(
        "\(context.stepCounts.map(String.init).joined(separator: ", ")) steps give different pictures; whether more are better is not judged"
      )
    }
  }
}
