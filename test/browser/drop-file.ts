import type { Page } from 'playwright-core';

interface DroppedFile {
  readonly name: string;
  readonly text: string;
}

/** Drops a file into the page, as a person who drags it from a folder does. */
export async function dropFile(page: Page, { name, text }: DroppedFile): Promise<void> {
  const transfer = await page.evaluateHandle(`{
    const transfer = new DataTransfer();
    transfer.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}, { type: 'text/csv' }));
    transfer;
  }`);
  const eventInit = { dataTransfer: transfer };
  await page.getByRole('button', { name: 'Choose file' }).waitFor();
  // The place to drop at appears while a file is above the page.
  await page.dispatchEvent('body', 'dragover', eventInit);
  const place = page.getByText('Drop the file here');
  await place.dispatchEvent('dragover', eventInit);
  await place.dispatchEvent('drop', eventInit);
}
