/** A text that was not applied when the dialog was closed: nobody writes it twice. It lasts as long as the page. */
export const draft: { text: string | undefined } = { text: undefined }
