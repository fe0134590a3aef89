import { useEffect, useState } from "preact/hooks";

const query = matchMedia("(prefers-color-scheme: dark)");

/** Whether this device is dark just now: it may become so while a page is open. */
export function usePrefersDark(): boolean {
  const [dark, setDark] = useState(query.matches);
  useEffect(() => {
    const take = () => setDark(query.matches);
    query.addEventListener("change", take);
    return () => query.removeEventListener("change", take);
  }, []);
  return dark;
}
