extension Suite where Context == ImageCheckContext {
  /// What a service must do that makes a picture of a prompt while the client waits.
  public static var image: Suite {
    Suite(
      "image",
      checks: [
        .basic, .customSize, .oddSize, .negativePrompt, .batch, .steps, .otherSeed, .seed, .parallelSeeds, .lora,
        .controlNet, .imageToImage, .badSizes, .malformedJSON, .missingPrompt,
      ])
  }
}
