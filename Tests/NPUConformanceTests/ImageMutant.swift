import NPUSimulator

/// An image service with something wrong on purpose, and what a check must say of it.
struct ImageMutant: Sendable, CustomStringConvertible {
  /// The check that must find it.
  var check: String
  /// What is wrong, for the name of the test.
  var what: String
  /// The service.
  var behaviour: Behaviour
  /// What the reason must hold.
  var reason: String

  var description: String { "\(check) with \(what)" }

  init(_ check: String, _ what: String, _ reason: String, _ change: (inout Behaviour) -> Void) {
    (self.check, self.what, self.reason) = (check, what, reason)
    behaviour = .smallImages.with(change)
  }

  init(_ check: String, _ flaw: Flaw, _ reason: String) {
    self.init(check, flaw.rawValue, reason) { $0.flaws = [flaw] }
  }

  /// Every check with the services that it must find wanting.
  static let all = [
    ImageMutant("image.basic", "status_500", "status 500") { $0.fault = .status(500) },
    ImageMutant("image.basic", "empty_body", "no bytes") { $0.fault = Fault(.emptyBody) },
    ImageMutant("image.basic", "corrupt_body", "PNG") { $0.fault = Fault(.corruptBody) },
    ImageMutant("image.basic", "another_default", "by default it should be 64x64") { $0.images.side = 128 },
    ImageMutant("image.size", "fixed_side", "is 64x64 pixels, but 48x80") { $0.images.fixedSide = 64 },
    ImageMutant("image.size", .swapsSides, "is 80x48 pixels, but 48x80"),
    ImageMutant("image.size.odd", .roundsSizes, "is 56x56 pixels, but 61x61"),
    ImageMutant("image.size.odd", .acceptsBadSizes, "is 64x64 pixels, but 61x61"),
    ImageMutant("image.negative-prompt", .ignoresNegativePrompt, "with and without the negative prompt"),
    ImageMutant("image.batch", "ignores_count", "4 images were asked for and 1 came") { $0.images.ignoresCount = true },
    ImageMutant("image.batch", .repeatsImages, "of 4 images only 1 are different"),
    ImageMutant("image.steps", .ignoresSteps, "2 and 4 steps give the same image"),
    ImageMutant("image.seed.other", .fixesSeed, "give the same image"),
    ImageMutant("image.seed", .ignoresSeed, "is another than the first"),
    ImageMutant("image.seed.parallel", "races_on_seeds", "of one seed, 8 at once, are others than alone") {
      $0.flaws = [.racesOnSeeds]
      $0.images.overhead = .milliseconds(500)
    },
    ImageMutant("image.lora", .ignoresLoRA, "with and without the weights style.safetensors"),
    ImageMutant("image.lora", .keepsLoRA, "the weights stay for the next request"),
    ImageMutant("image.controlnet", .confusesControlImages, "two control images"),
    ImageMutant("image.img2img", .confusesSourceImages, "two images to begin with"),
    ImageMutant("image.error.bad-size", .acceptsBadSizes, "accepted with status 200"),
    ImageMutant("image.error.status", .blamesItself, "a size of 0x0: status 500"),
    ImageMutant("image.error.bad-size", .diesAfterRefusal, "no longer answers"),
    ImageMutant("image.error.malformed-json", .acceptsMalformedJSON, "accepted with status 200"),
    ImageMutant("image.error.malformed-json", .diesAfterRefusal, "no longer answers"),
    ImageMutant("image.error.missing-prompt", "a_cat", "accepted with status 200") { $0.images.requiresPrompt = false },
    ImageMutant("image.error.missing-prompt", .diesAfterRefusal, "no longer answers"),
  ]
}

extension Behaviour {
  /// The exemplary service with images that are drawn fast.
  static let smallImages = Behaviour.exemplary.with { $0.images.side = 64 }
}
