extension CheckSuite where Context == ImageCheckContext {
  /// What a service must do that makes an image of a prompt while the client waits.
  public static var image: CheckSuite {
    CheckSuite(
      "image",
      checks: [
        .basic, .customSize, .oddSize, .negativePrompt, .batch, .steps, .otherSeed, .seed, .parallelSeeds, .lora,
        .controlNet, .imageToImage, .badSizes, .malformedJSON, .missingPrompt,
      ])
  }
}
