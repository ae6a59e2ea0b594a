import NPUMetrics
internal import NPUServices

extension Check where Context == ImageCheckContext {
  /// Weights of a request change its image and no other.
  static var lora: Check {
    Check(
      "image.lora", "Weights of a request change its image and no other",
      requirement:
        "A request that names LoRA weights gets another image of a seed, and the next request without them the old one.",
      needs: [.weights, .steadySeed], tags: [.control], isolation: .alone
    ) { context in
      let plain = try await context.image()
      let styled = try await context.image { $0.loraPath = context.loraPath }
      try Finding.demand(
        styled != plain, "the image is the same with and without the weights \(context.loraPath ?? "")")
      let after = try await context.image()
      try Finding.demand(
        after == plain, "the weights stay for the next request: \(after.difference(from: plain))")
      return .pass("with the weights \(styled.difference(from: plain)); without them all is as before")
    }
  }

  /// A control image steers the image.
  static var controlNet: Check {
    Check(
      "image.controlnet", "A control image steers the image",
      requirement: "Two control images give two different images of one seed.", needs: [.steadySeed, .controlImages],
      tags: [.control]
    ) { context in
      let first = try await context.image { $0.controlImage = .bytes(try context.outline(.horizontal)) }
      let second = try await context.image { $0.controlImage = .bytes(try context.outline(.vertical)) }
      try Finding.demand(first != second, "two control images, stripes across and down, give the same image")
      return .pass("stripes across and down: \(first.difference(from: second))")
    }
  }

  /// An image is made from another one.
  static var imageToImage: Check {
    Check(
      "image.img2img", "An image is made from another one",
      requirement: "Two images to begin with give two different images of one seed.",
      needs: [.steadySeed, .sourceImages],
      tags: [.control]
    ) { context in
      let first = try await context.variant(of: try context.outline(.horizontal))
      let second = try await context.variant(of: try context.outline(.vertical))
      try Finding.demand(first != second, "two images to begin with, stripes across and down, give the same image")
      return .pass("stripes across and down: \(first.difference(from: second))")
    }
  }
}

extension Probe where Context == ImageCheckContext {
  /// Whether weights are known that the service has.
  static var weights: Probe {
    Probe("LoRA weights", lack: "no LoRA weights of the service are known") { context in
      context.loraPath == nil ? .notSupported("give their name or path to the check") : .supported
    }
  }

  /// Whether a control image is taken and does anything.
  static var controlImages: Probe {
    Probe("control images") { context in
      let plain = try await context.image()
      return try await context.support("control_image", unlike: plain) {
        try await context.image { $0.controlImage = .bytes(try context.outline(.horizontal)) }
      }
    }
  }

  /// Whether an image to begin with is taken and does anything.
  static var sourceImages: Probe {
    Probe("images to begin with") { context in
      let plain = try await context.image()
      return try await context.support("image", unlike: plain) {
        try await context.variant(of: try context.outline(.horizontal))
      }
    }
  }
}

extension ImageCheckContext {
  /// The way in which the stripes of a control image run.
  fileprivate enum Stripes { case horizontal, vertical }

  /// An image of black and white stripes as PNG.
  fileprivate func outline(_ stripes: Stripes) throws -> [UInt8] {
    let (width, height) = (max(64, size?.width ?? 512), max(64, size?.height ?? 512))
    var samples: [UInt8] = []
    samples.reserveCapacity(width * height)
    for y in 0..<height {
      for x in 0..<width { samples.append((stripes == .horizontal ? y : x) / 16 % 2 == 0 ? 0 : 255) }
    }
    let image = try PixelImage(width: width, height: height, channels: 1, samples: samples)
    return try TestImage(pixels: image.rgb).png()
  }

  /// An image made from another one, in the way of the protocol.
  fileprivate func variant(of source: [UInt8]) async throws -> CheckedImage {
    switch wireProtocol {
    case .diffusers: return try await image { $0.image = .bytes(source) }
    case .openAI:
      let request = ImageEditRequest(
        prompt: prompt, images: [ImageUpload(source)], model: model, width: size?.width, height: size?.height,
        extras: ["seed": "4711"])
      let answer = try await client.edit(request)
      guard let image = answer.images.first else { throw Finding.fail("the response holds no image") }
      return try CheckedImage(image)
    }
  }

  /// Whether a field does anything: a service that refuses it, or makes the same image with it, does not have it.
  fileprivate func support(
    _ field: String, unlike plain: CheckedImage, _ make: () async throws -> CheckedImage
  ) async throws -> Probe<ImageCheckContext>.Support {
    do {
      guard try await make() == plain else { return .supported }
      return .notSupported("the image of a seed is the same with and without \(field)")
    } catch let error as ServiceError where [400, 404, 405, 415, 422, 501].contains(error.status ?? 0) {
      return .notSupported("\(error)")
    }
  }
}
