import NPUMetrics
public import NPUServices
public import NPUTransport

/// What the checks of a model that sees need: a language model's context, and images whose content is known.
///
/// The images are drawn by the kit, the same on every machine.
public struct MultimodalCheckContext: CheckContext {
  /// The service and the model.
  public var llm: LLMCheckContext
  /// The width of the large image in pixels; 4K by default.
  public var largeWidth = 3840
  /// The height of the large image in pixels; 4K by default.
  public var largeHeight = 2160
  /// The text that is drawn for the model to read.
  public var writtenText = "NPU 4711"
  /// How the reading of the text is judged.
  public var readingJudge = ResponseJudge.keywords("4711")
  /// How the question for the highest bar of a chart, which is labelled Osaka, is judged.
  public var chartJudge = ResponseJudge.keywords("Osaka")
  /// How the question for the numbers of four frames, in order, is judged.
  public var framesJudge = ResponseJudge("the order of the numbers 3, 1, 4, 2") { response in
    let digits = response.filter { "1234".contains($0) }
    guard digits != "3142" else { return nil }
    return digits.isEmpty ? "the response has none of the numbers" : "the numbers in the response are \"\(digits)\""
  }

  /// Creates a context.
  public init(_ llm: LLMCheckContext) { self.llm = llm }

  /// What carries the requests.
  public var transport: any Transport {
    get { llm.transport }
    set { llm.transport = newValue }
  }
  /// Where the service listens.
  public var service: ServiceConfiguration { llm.service }
}

extension MultimodalCheckContext {
  /// The image of the text.
  var writtenImage: TestImage { get throws { try .text(writtenText) } }

  /// The image of a bar chart.
  var chartImage: TestImage {
    get throws { try .barChart(["Lyon": 12, "Osaka": 41, "Quito": 25], title: "Visitors") }
  }

  /// Four images of one number each, in no usual order.
  var frameImages: [TestImage] { get throws { try [3, 1, 4, 2].map { try .frame(number: $0, of: 4) } } }

  /// The address of each image with the text that a model should find in it; for a simulator that cannot read.
  public var imageTexts: [String: String] {
    get throws {
      var texts = [try writtenImage.dataURL(): writtenText, try chartImage.dataURL(): "Osaka"]
      for (image, number) in zip(try frameImages, [3, 1, 4, 2]) { texts[try image.dataURL()] = "\(number)" }
      return texts
    }
  }

  /// A greedy request with images.
  func request(_ question: String, _ images: [TestImage], tokens: Int = 32) throws -> ChatRequest {
    let parts = try images.map { ContentPart.imageURL(try $0.dataURL()) }
    return llm.request([ChatMessage(role: .user, content: .parts(parts + [.text(question)]))], tokens: tokens)
  }
}
