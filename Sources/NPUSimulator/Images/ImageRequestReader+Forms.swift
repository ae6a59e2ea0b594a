extension ImageRequestReader {
  /// A request that brings an image along: the answer follows from its bytes, the prompt and the seed.
  func form(_ form: FormIntake, needsPrompt: Bool) throws(ImageRefusal) -> ImageCall {
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
    let sides = try form.text("size").map { size throws(ImageRefusal) in try Self.sides(size) } ?? (nil, nil)
    let answer: ImageCall.Form =
      switch form.text("response_format") {
      case "url": .address
      case "file": .file
      default: .base64
      }
    let look =
      behaviour.has(.ignoresSourceImages) ? "" : behaviour.has(.confusesSourceImages) ? "any" : file.digest.text
    return try call(
      answer, prompt: "\(prompt) \(look)", count: try whole(form, "n") ?? 1, steps: nil, width: sides.0,
      height: sides.1, seed: try whole(form, "seed") ?? (needsPrompt ? 0 : nil),
      wrong: { .field($0, type: "range", message: $1) })
  }

  private func whole(_ form: FormIntake, _ name: String) throws(ImageRefusal) -> Int? {
    guard let text = form.text(name) else { return nil }
    guard let number = Int(text) else {
      throw .field(
        name, type: "int_parsing", message: "Input should be a valid integer, unable to parse string as an integer")
    }
    return number
  }
}
