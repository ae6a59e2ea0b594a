extension Check where Context == ImageCheckContext {
  /// The same seed gives the same pixels.
  static var seed: Check {
    Check(
      "image.seed", "The same seed gives the same pixels",
      requirement:
        "Three equal requests of one seed, one after another, are answered by images equal in every pixel.",
      knownDeviations: "Engines whose arithmetic depends on the load may differ in the last digit.",
      tags: [.seed], isolation: .alone
    ) { context in
      let first = try await context.image()
      for number in 2...3 {
        let next = try await context.image()
        try Finding.demand(
          next == first, "image \(number) of one seed is another than the first: \(next.difference(from: first))")
      }
      try await context.presumeSeedMatters(first)
      return .pass("3 images of \(first.size) pixels are equal")
    }
  }

  /// Another seed gives another image.
  static var otherSeed: Check {
    Check(
      "image.seed.other", "Another seed gives another image",
      requirement: "Two requests that differ in the seed alone are answered by different images.",
      needs: [.steadySeed], tags: [.seed]
    ) { context in
      let first = try await context.image(seed: 4711)
      let second = try await context.image(seed: 1147)
      try Finding.demand(first != second, "the seeds 4711 and 1147 give the same image")
      return .pass("seeds 4711 and 1147: \(first.difference(from: second))")
    }
  }

  /// The same seed gives the same pixels while others are asked for.
  static var parallelSeeds: Check {
    Check(
      "image.seed.parallel", "The same seed gives the same pixels under load",
      requirement:
        "Eight equal requests of one seed at once, five times over, are answered by the pixels that the seed gives alone.",
      knownDeviations:
        "Servers that share one pipeline or generator between threads without a lock mix up their requests now and then.",
      tags: [.seed, .load], isolation: .alone
    ) { context in
      let alone = try await context.image()
      let (rounds, width) = (max(1, context.parallelRounds), max(1, context.parallelRequests))
      var others: [CheckedImage] = []
      for _ in 0..<rounds {
        others += try await withThrowingTaskGroup(of: CheckedImage.self) { group in
          for _ in 0..<width { group.addTask { try await context.image() } }
          // Only what differs is kept.
          return try await group.reduce(into: []) { if $1 != alone { $0.append($1) } }
        }
      }
      guard let other = others.first else {
        try await context.presumeSeedMatters(alone)
        return .pass("\(rounds * width) images, \(width) at once, are equal")
      }
      return .fail(
        "\(others.count) of \(rounds * width) images of one seed, \(width) at once, are others than alone: "
          + other.difference(from: alone))
    }
  }
}

extension Probe where Context == ImageCheckContext {
  /// Whether equal requests give equal images; otherwise a difference says nothing about what was changed.
  static var steadySeed: Probe {
    Probe("the same image for the same seed") { context in
      let first = try await context.image()
      let second = try await context.image()
      return first == second
        ? .supported : .notSupported("two equal requests of one seed differ: \(second.difference(from: first))")
    }
  }
}

extension ImageCheckContext {
  /// Ends the check as inconclusive if the image of another seed is the same: a constant image shows nothing.
  fileprivate func presumeSeedMatters(_ image: CheckedImage) async throws {
    let other = try await self.image(seed: 1147)
    try Finding.presume(other != image, "the image of another seed is the same: the service does not look at the seed")
  }
}
