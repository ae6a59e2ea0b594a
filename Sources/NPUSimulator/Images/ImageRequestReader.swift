/// Reads the JSON of image requests, refusing what the imitated servers refuse.
struct ImageRequestReader {
  let document: JSONValue
  let behaviour: Behaviour
  /// What decides an image whose request has no seed: such images must differ from call to call.
  let chance: UInt64
  /// Whether other images are in the making.
  var isCrowded = false

  private var images: ImageBehaviour { behaviour.images }
  /// The refusal of what a server without checks of its own leaves to the pipeline.
  private var broken: Refusal { .page(status: images.isThorough ? 400 : 500) }

  /// A request of the diffusers shape: everything is optional, and what is wrong ends in an exception.
  func diffusers() throws(Refusal) -> ImageCall {
    guard document.members != nil else { throw broken }
    let count = images.ignoresCount ? 1 : try number("num_images") ?? 1
    guard let prompt = text("prompt") ?? (images.requiresPrompt ? nil : "a cat") else { throw .page(status: 400) }
    return try call(
      .diffusers, prompt: conditioned(prompt), count: count, steps: try number("steps"),
      width: try number("width"), height: try number("height"), seed: try number("seed"),
      wrong: { [broken] _, _ in broken })
  }

  /// A request of OpenAI's shape as vllm-omni takes it.
  func openAI() throws(Refusal) -> ImageCall {
    guard document.members != nil else {
      throw .field("body", type: "dict_type", message: "Input should be a valid dictionary")
    }
    guard let prompt = document["prompt"], !prompt.isNull else {
      throw .field("prompt", type: "missing", message: "Field required")
    }
    guard let prompt = prompt.stringValue else {
      throw .field("prompt", type: "string_type", message: "Input should be a valid string")
    }
    let form: ImageCall.Form =
      switch text("response_format") ?? "b64_json" {
      case "b64_json": .base64
      case "url": .address
      case "file": .file
      default:
        throw .field("response_format", type: "enum", message: "Input should be 'b64_json', 'url' or 'file'")
      }
    var sides: (Int?, Int?) = (nil, nil)
    if let size = text("size") {
      sides = behaviour.has(.acceptsBadSizes) ? (try? Self.sides(size)) ?? sides : try Self.sides(size)
    }
    let count = try whole("n") ?? 1
    guard (1...ImageBehaviour.mostImages).contains(count) else {
      throw .field("n", type: "range", message: "Input should be between 1 and \(ImageBehaviour.mostImages)")
    }
    return try call(
      form, prompt: conditioned(prompt), count: images.ignoresCount ? 1 : count,
      steps: try whole("num_inference_steps"),
      width: sides.0, height: sides.1, seed: try whole("seed"),
      wrong: { .field($0, type: "range", message: $1) })
  }

  /// The prompt with whatever else decides what the image shows.
  private func conditioned(_ prompt: String) -> String {
    var parts = [prompt]
    func add(_ key: String, _ ignored: Flaw, confused: Flaw? = nil) {
      guard let value = text(key), !value.isEmpty, !behaviour.has(ignored) else { return }
      parts.append("\(key)=\(confused.map(behaviour.has) == true ? "" : value)")
    }
    add("negative_prompt", .ignoresNegativePrompt)
    add("lora_path", .ignoresLoRA)
    add("lora", .ignoresLoRA)
    add("control_image", .ignoresControlImages, confused: .confusesControlImages)
    add("image", .ignoresSourceImages, confused: .confusesSourceImages)
    return parts.joined(separator: "\u{1F}")
  }

  /// A text such as 512x768.
  static func sides(_ size: String) throws(Refusal) -> (Int?, Int?) {
    let sides = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1] else {
      throw .detail(
        status: 400, "Invalid size format: '\(size)'. Expected format: 'WIDTHxHEIGHT' (e.g., '1024x1024').")
    }
    return (width, height)
  }

  func call(
    _ form: ImageCall.Form, prompt: String, count: Int, steps: Int?, width: Int?, height: Int?, seed: Int?,
    wrong: (_ field: String, _ message: String) -> Refusal
  ) throws(Refusal) -> ImageCall {
    let steps = steps ?? images.steps
    guard (1...1_000_000).contains(steps) else {
      throw wrong("num_inference_steps", "Input should be 1 to 1000000, got \(steps)")
    }
    guard (1...ImageBehaviour.mostImages).contains(count) else {
      throw wrong("n", "Input should be 1 to \(ImageBehaviour.mostImages), got \(count)")
    }
    var (wide, high) = (width ?? images.side, height ?? images.side)
    let multiple = max(1, images.sizeMultiple)
    if behaviour.has(.roundsSizes), wide >= multiple, high >= multiple {
      (wide, high) = (wide - wide % multiple, high - high % multiple)
    }
    for (name, side) in [("width", wide), ("height", high)] {
      guard !(1...8192).contains(side) || side % multiple != 0 else { continue }
      guard behaviour.has(.acceptsBadSizes) else {
        throw wrong(name, "Input should be a multiple of \(images.sizeMultiple) and at most 8192, got \(side)")
      }
      (wide, high) = (images.side, images.side)
    }
    if let side = images.fixedSide { (wide, high) = (side, side) }
    guard [high, count].reduce(wide, Int.product) <= ImageBehaviour.mostPixels else {
      throw wrong("size", "\(count) images of \(wide)x\(high) have more than \(ImageBehaviour.mostPixels) pixels")
    }
    if behaviour.has(.swapsSides) { (wide, high) = (high, wide) }
    var seed = seed.map { UInt64(bitPattern: Int64($0)) } ?? chance
    if behaviour.has(.fixesSeed) { seed = 0 }
    if behaviour.has(.ignoresSeed) || (isCrowded && behaviour.has(.racesOnSeeds)) { seed = chance }
    let stepText = steps == images.steps || behaviour.has(.ignoresSteps) ? "" : "\u{1F}steps=\(steps)"
    let origin = ImagePainter.origin(prompt + stepText, seed)
    return ImageCall(
      form: form, prompt: prompt + stepText, seed: seed, count: count, steps: steps,
      width: wide, height: high, perturbation: images.perturbation,
      distortion: ImageDistortion(images, origin: origin, chance: chance),
      repeats: behaviour.has(.repeatsImages))
  }

  private func text(_ key: String) -> String? { document[key]?.stringValue }

  private func number(_ key: String) throws(Refusal) -> Int? {
    guard let value = document[key], !value.isNull else { return nil }
    guard let number = value.integerValue else {
      if behaviour.has(.acceptsBadSizes) { return nil }
      throw broken
    }
    return number
  }

  private func whole(_ key: String) throws(Refusal) -> Int? {
    guard let value = document[key], !value.isNull else { return nil }
    guard let number = value.integerValue else {
      throw .field(
        key, type: "int_parsing", message: "Input should be a valid integer, unable to parse string as an integer")
    }
    return number
  }
}

extension ImageRequestReader {
  /// A request that brings an image along: the response follows from its bytes, the prompt and the seed.
  func form(_ form: FormIntake, needsPrompt: Bool) throws(Refusal) -> ImageCall {
    if let reason = form.malformed {
      throw .detail(status: 400, "There was an error parsing the body: \(reason)")
    }
    guard let file = form.file, file.field == "image" || file.field == "image[]" else {
      throw .field("image", type: "missing", message: "Field required")
    }
    guard file.start.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
      throw .detail(status: 400, "Invalid image: cannot identify the file")
    }
    guard let prompt = form.text("prompt") ?? (needsPrompt ? nil : "") else {
      throw .field("prompt", type: "missing", message: "Field required")
    }
    let sides = try form.text("size").map { size throws(Refusal) in try Self.sides(size) } ?? (nil, nil)
    let shape: ImageCall.Form =
      switch form.text("response_format") {
      case "url": .address
      case "file": .file
      default: .base64
      }
    let look =
      behaviour.has(.ignoresSourceImages) ? "" : behaviour.has(.confusesSourceImages) ? "any" : file.digest.text
    return try call(
      shape, prompt: "\(prompt) \(look)", count: try whole(form, "n") ?? 1, steps: nil, width: sides.0,
      height: sides.1, seed: try whole(form, "seed") ?? (needsPrompt ? 0 : nil),
      wrong: { .field($0, type: "range", message: $1) })
  }

  private func whole(_ form: FormIntake, _ name: String) throws(Refusal) -> Int? {
    guard let text = form.text(name) else { return nil }
    guard let number = Int(text) else {
      throw .field(
        name, type: "int_parsing", message: "Input should be a valid integer, unable to parse string as an integer")
    }
    return number
  }
}
