internal import NPUServices

extension Check where Context == ImageCheckContext {
  /// What an image must not show is heeded.
  static var negativePrompt: Check {
    Check(
      "image.negative-prompt", "A negative prompt is heeded",
      requirement: "A negative prompt is accepted and changes the image of a seed.",
      knownDeviations:
        "Minimal servers do not read it, and distilled models without guidance cannot follow it.",
      needs: [.steadySeed], tags: [.sampling]
    ) { context in
      let plain = try await context.image()
      let steered = try await context.image { $0.negativePrompt = context.negativePrompt }
      try Finding.demand(
        plain != steered, "the image is the same with and without the negative prompt \"\(context.negativePrompt)\"")
      return .pass("with the negative prompt \(steered.difference(from: plain))")
    }
  }

  /// One request makes several images.
  static var batch: Check {
    Check(
      "image.batch", "One request makes several images",
      requirement: "A request for four images is answered with four images of which no two are equal.",
      knownDeviations: "Minimal servers make the first image only.", tags: [.sampling]
    ) { context in
      var request = context.request(seed: 4711)
      request.count = 4
      let images = try await context.client.generate(request).images.map { try CheckedImage($0) }
      let distinct = Set(images).count
      try Finding.demand(distinct == images.count, "of \(images.count) images only \(distinct) are different")
      return .pass("\(images.count) different images of \(images[0].size) pixels")
    }
  }

  /// The number of steps is heeded.
  static var steps: Check {
    Check(
      "image.steps", "The number of steps is heeded",
      requirement:
        "Each of several numbers of steps, by default 10, 30 and 50, gives a valid image, each another one.",
      needs: [.steadySeed], tags: [.sampling]
    ) { context in
      try Finding.presume(
        Set(context.stepCounts).count > 1,
        "steps are compared between two numbers at least; \(context.stepCounts) are given")
      var images: [CheckedImage] = []
      for count in context.stepCounts {
        let image = try await context.image { $0.steps = count }
        if let twin = images.firstIndex(of: image) {
          return .fail("\(context.stepCounts[twin]) and \(count) steps give the same image")
        }
        images.append(image)
      }
      return .pass(
        "\(context.stepCounts.map(String.init).joined(separator: ", ")) steps give different images; whether more are better is not judged"
      )
    }
  }
}
